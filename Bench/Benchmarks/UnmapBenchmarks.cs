using BenchmarkDotNet.Attributes;

namespace Bench;

/// <summary>Unmapping alone, strictly.</summary>
public class UnmapBenchmarks : LiveBenchmarks
{
    /// <summary>Builds the buffers.</summary>
    [GlobalSetup]
    public void Setup() => Build();

    /// <summary>Everything is mapped before.</summary>
    [IterationSetup]
    public void MapAll()
    {
        Linux.Map();
        Ours.Map();
    }

    /// <summary>And nothing after.</summary>
    [IterationCleanup]
    public void UnmapAll()
    {
        Linux.Unmap();
        Ours.Unmap();
    }

    /// <summary>As Linux unmaps a scatterlist.</summary>
    [Benchmark(Baseline = true)]
    public int LinuxShaped() => Linux.Unmap();

    /// <summary>As this library unmaps.</summary>
    [Benchmark]
    public int PfnArray() => Ours.Unmap();
}
