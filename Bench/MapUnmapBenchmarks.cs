using BenchmarkDotNet.Attributes;

namespace Bench;

/// <summary>Mapping and unmapping what was built before, under BenchmarkDotNet: nobody allocates.</summary>
[MemoryDiagnoser]
public class MapUnmapBenchmarks
{
    private LinuxRemap _linux = null!;
    private PfnRemap _ours = null!;

    /// <summary>Frames.</summary>
    [Params(1, 16, 256, 4096, 65536, 262144)]
    public int N { get; set; }

    /// <summary>How they lie.</summary>
    [ParamsAllValues]
    public Layout Layout { get; set; }

    /// <summary>Builds the machine, the scatterlist and the buffer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        PfnBuffers.Pfn[] frames = Layouts.Build(Layout, N);
        _linux = new LinuxRemap(new MemoryMap(Layouts.MachineFrames), frames, new WarmIotlb());
        _ours = new PfnRemap(new PfnBuffers.PfnBuffer(frames, PfnBuffers.PageSize.Size4K));
    }

    /// <summary>Map and unmap of a prebuilt scatterlist, as Linux does.</summary>
    [Benchmark(Baseline = true)]
    public ulong LinuxShaped() => _linux.Run(1);

    /// <summary>Map and unmap of a prebuilt buffer, as this library does.</summary>
    [Benchmark]
    public ulong PfnArray() => _ours.Run(1);
}
