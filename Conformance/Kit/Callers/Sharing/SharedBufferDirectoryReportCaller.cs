using System.IO;
using System.Text.Json;
using DmaMapping;

namespace Conformance;

internal sealed class SharedBufferDirectoryReportCaller : HostileCaller
{
    internal SharedBufferDirectoryReportCaller()
        : base(typeof(SharedBufferDirectoryReport), hasState: true)
    {
        Add("ToJson()", a => a.World.Directory.Report().ToJson());
        Do("WriteJson(Utf8JsonWriter)", a =>
        {
            using var stream = new MemoryStream();
            using var writer = new Utf8JsonWriter(stream);
            a.World.Directory.Report().WriteJson(a.Maybe(writer));
        });
    }
}
