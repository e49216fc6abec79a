using BenchmarkDotNet.Attributes;
using PfnBuffers;

namespace Bench;

/// <summary>From frames to segments and back: what <c>ratios</c> judges, with the same contestants.</summary>
public class WholeLifeBenchmarks : LayoutBenchmarks
{
    private LinuxWholeLife _linux = null!;
    private ScatterlistOverTables _representation = null!;
    private PfnWholeLife _ours = null!;
    private Limit _limit = null!;

    /// <summary>Builds the machines.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Pfn[] frames = Frames();
        MemoryMap memory = Memory();
        _linux = new LinuxWholeLife(memory, frames, new WarmIotlb());
        _representation = new ScatterlistOverTables(memory, frames);
        _ours = new PfnWholeLife(frames);
        _limit = new Limit(frames);
    }

    /// <summary>Build, map, unmap, free, as Linux does.</summary>
    [Benchmark(Baseline = true)]
    public ulong LinuxShaped() => _linux.Run(1);

    /// <summary>A scatterlist, and the tables of this library under it.</summary>
    [Benchmark]
    public ulong ScatterlistOverOurTables() => _representation.Run(1);

    /// <summary>Adopt, map, unmap, as this library does. The buffer object is what is allocated.</summary>
    [Benchmark]
    public ulong PfnArray() => _ours.Run(1);

    /// <summary>What no mapper can beat.</summary>
    [Benchmark]
    public ulong LowerLimit() => _limit.Run(1);
}
