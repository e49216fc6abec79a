using BenchmarkDotNet.Attributes;
using PfnBuffers;

namespace Bench;

/// <summary>Map and unmap of what was built before, again and again: where a scatterlist is strongest.</summary>
public class MapAgainBenchmarks : LayoutBenchmarks
{
    private LinuxRemap _linux = null!;
    private PfnRemap _ours = null!;

    /// <summary>Builds the scatterlist and the buffer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _linux = new LinuxRemap(Memory(), Frames(), new WarmIotlb());
        _ours = new PfnRemap(new PfnBuffer(Frames(), PageSize.Size4K));
    }

    /// <summary>A prebuilt scatterlist.</summary>
    [Benchmark(Baseline = true)]
    public ulong LinuxShaped() => _linux.Run(1);

    /// <summary>A prebuilt buffer.</summary>
    [Benchmark]
    public ulong PfnArray() => _ours.Run(1);
}
