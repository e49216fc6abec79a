using BenchmarkDotNet.Attributes;

namespace Bench;

/// <summary>Mapping alone, of buffers that are built.</summary>
public class MapBenchmarks : LiveBenchmarks
{
    /// <summary>Builds the buffers.</summary>
    [GlobalSetup]
    public void Setup() => Build();

    /// <summary>Nothing is mapped before the next time.</summary>
    [IterationCleanup]
    public void UnmapAll()
    {
        Linux.Unmap();
        Ours.Unmap();
    }

    /// <summary>As Linux maps a scatterlist.</summary>
    [Benchmark(Baseline = true)]
    public ulong LinuxShaped() => Linux.Map();

    /// <summary>As this library maps a buffer.</summary>
    [Benchmark]
    public ulong PfnArray() => Ours.Map();
}
