using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>The scatterlist over the library's tables maps what the frames say, and nothing after the unmap.</summary>
internal static class RepresentationCheck
{
    /// <summary>Throws where it does not do its work.</summary>
    internal static void Run(MemoryMap memory, Pfn[] frames, Cell cell)
    {
        Run(new ScatterlistOverTables(memory, frames), frames, cell);
    }

    /// <summary>Throws where it does not; also after it was timed.</summary>
    internal static void Run(ScatterlistOverTables life, Pfn[] frames, Cell cell)
    {
        MapResult mapping = life.Map();
        MappedCheck.Expect(life.Hardware, mapping, life.Segment, frames, cell);
        life.Unmap(mapping);
        MappedCheck.ExpectNothing(life.Hardware, mapping, life.Segment, cell);
    }
}
