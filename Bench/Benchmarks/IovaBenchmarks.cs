using BenchmarkDotNet.Attributes;

namespace Bench;

/// <summary>An I/O address range of N pages is taken and given back, by one thread, in an otherwise empty space.</summary>
[Config(typeof(SuiteConfig))]
public class IovaBenchmarks
{
    private readonly LinuxIovaAllocator _linux = new();
    private readonly PfnIova _ours = new();

    /// <summary>Pages of the range. The Linux-shaped allocator caches up to 32.</summary>
    [Params(1, 16, 256, 4096, 65536, 262144)]
    public int N { get; set; }

    /// <summary>Magazines before a tree.</summary>
    [Benchmark(Baseline = true)]
    public ulong LinuxShaped() => Once(_linux);

    /// <summary>This library's lanes.</summary>
    [Benchmark]
    public ulong PfnArray() => Once(_ours);

    private ulong Once(IAddressAllocator allocator)
    {
        ulong first = allocator.Allocate((ulong)N, out int note);
        allocator.Free(first, (ulong)N, note);
        return first;
    }
}
