using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Ours is held to the same as the baseline: before anything is timed, every page of every layout is looked up.</summary>
internal static class PfnArrayCheck
{
    /// <summary>Throws where the library does not do its work.</summary>
    internal static void Run(Pfn[] frames, Cell cell)
    {
        Run(new PfnWholeLife(frames), frames, cell);
    }

    /// <summary>Throws where it does not, or where mappings have piled up; also after it was timed.</summary>
    internal static void Run(PfnWholeLife life, Pfn[] frames, Cell cell)
    {
        using var buffer = new PfnBuffer(frames, PageSize.Size4K);
        MapResult mapping = life.Map(buffer);
        MappedCheck.Expect(life.Hardware, mapping, life.Segment, frames, cell);
        life.Hardware.Mapper.Unmap(mapping.Token);
        MappedCheck.ExpectNothing(life.Hardware, mapping, life.Segment, cell);
        if (life.Hardware.Domain.LiveMappings != 1) Throw.Invalid($"Self check failed: {cell}: mappings are left.");
    }
}
