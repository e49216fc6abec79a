using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Ours is held to the same as the baseline: before anything is timed, every page of every layout is looked up.</summary>
internal static class PfnArrayCheck
{
    /// <summary>Throws where the library does not do its work.</summary>
    internal static void Run(Pfn[] frames, Cell cell)
    {
        var life = new PfnWholeLife(frames);
        using var buffer = new PfnBuffer(frames, PageSize.Size4K);
        MapResult mapping = life.Map(buffer);
        MappedCheck.Expect(life.Hardware, mapping, life.Segment, frames, cell);
        life.Hardware.Mapper.Unmap(mapping.Token);
        MappedCheck.ExpectNothing(life.Hardware, mapping, life.Segment, cell);
    }
}
