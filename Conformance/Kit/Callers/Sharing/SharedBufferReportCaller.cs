using System.IO;
using System.Text.Json;
using DmaMapping;

namespace Conformance;

internal sealed class SharedBufferReportCaller : HostileCaller
{
    internal SharedBufferReportCaller()
        : base(typeof(SharedBufferReport), hasState: true)
    {
        Add("ToJson()", a => a.World.Buffers[a.Below(a.World.Buffers.Count)].Report().ToJson());
        Do("WriteJson(Utf8JsonWriter)", a =>
        {
            using var stream = new MemoryStream();
            using var writer = new Utf8JsonWriter(stream);
            a.World.Buffers[0].Report().WriteJson(a.Maybe(writer));
        });
    }
}
