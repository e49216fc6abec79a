using BenchmarkDotNet.Attributes;

namespace Bench;

/// <summary>The same contestants under BenchmarkDotNet, which also counts what they allocate: nothing, but for the buffer that ours makes anew.</summary>
[MemoryDiagnoser]
public class WholeLifeBenchmarks
{
    private LinuxWholeLife _linux = null!;
    private PfnWholeLife _ours = null!;
    private Limit _limit = null!;

    /// <summary>Frames.</summary>
    [Params(1, 16, 256, 4096, 65536, 262144)]
    public int N { get; set; }

    /// <summary>How they lie.</summary>
    [ParamsAllValues]
    public Layout Layout { get; set; }

    /// <summary>Builds the machine.</summary>
    [GlobalSetup]
    public void Setup()
    {
        PfnBuffers.Pfn[] frames = Layouts.Build(Layout, N);
        _linux = new LinuxWholeLife(new MemoryMap(Layouts.MachineFrames), frames, new WarmIotlb());
        _ours = new PfnWholeLife(frames);
        _limit = new Limit(frames);
    }

    /// <summary>Build, map, unmap, free, as Linux does.</summary>
    [Benchmark(Baseline = true)]
    public ulong LinuxShaped() => _linux.Run(1);

    /// <summary>Adopt, map, unmap, as this library does.</summary>
    [Benchmark]
    public ulong PfnArray() => _ours.Run(1);

    /// <summary>What no mapper can beat.</summary>
    [Benchmark]
    public ulong LowerLimit() => _limit.Run(1);
}
