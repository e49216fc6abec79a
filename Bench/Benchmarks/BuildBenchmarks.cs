using BenchmarkDotNet.Attributes;
using PfnBuffers;

namespace Bench;

/// <summary>
/// Describing a buffer: from its frames, or its pages, to what a mapper takes. The pfn array is adopted and its run summary made, which is
/// the buffer object that is allocated; the scatterlist is pooled.
/// </summary>
public class BuildBenchmarks : LayoutBenchmarks
{
    private Pfn[] _frames = [];
    private LinuxWholeLife _linux = null!;

    /// <summary>Builds the machine.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _frames = Frames();
        _linux = new LinuxWholeLife(Memory(), _frames, new CountingIotlb());
    }

    /// <summary>A scatterlist is built and freed.</summary>
    [Benchmark(Baseline = true)]
    public int LinuxShaped()
    {
        _linux.Build();
        int blocks = _linux.Entries.BlocksInUse;
        _linux.Free();
        return blocks;
    }

    /// <summary>An array of pfns is adopted.</summary>
    [Benchmark]
    public int PfnArray() => new PfnBuffer(_frames, PageSize.Size4K).RunCount;
}
