using DmaMapping;

namespace Conformance;

internal sealed class SharedBufferDirectoryCaller : HostileCaller
{
    internal SharedBufferDirectoryCaller()
        : base(typeof(SharedBufferDirectory), hasState: true)
    {
        Add("SharedBufferDirectory()", a => new SharedBufferDirectory());
        Do("Add(SharedBuffer)", a => a.World.Directory.Add(a.Maybe(a.One(a.World.Buffers[0], a.World.Gone))));
        Add("Report()", a => a.World.Directory.Report());
        Add("get Count", a => a.World.Directory);
    }
}
