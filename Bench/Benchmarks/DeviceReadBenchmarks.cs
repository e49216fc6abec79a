using BenchmarkDotNet.Attributes;

namespace Bench;

/// <summary>The emulated device reads 1 MiB of 256 scattered frames through the IOMMU, with an empty IOTLB each time; the baseline copies the same frames.</summary>
[Config(typeof(SuiteConfig))]
public class DeviceReadBenchmarks
{
    private FrameCopy _copies = null!;
    private DeviceRead _device = null!;

    /// <summary>Frames.</summary>
    [Params(DeviceMachine.FrameCount)]
    public int N { get; set; }

    /// <summary>Builds the machine.</summary>
    [GlobalSetup]
    public void Setup()
    {
        DeviceMachine machine = new();
        _copies = new FrameCopy(machine);
        _device = new DeviceRead(machine);
    }

    /// <summary>One copy a frame.</summary>
    [Benchmark(Baseline = true)]
    public ulong Copies() => _copies.Run(1);

    /// <summary>Walks, checks and copies.</summary>
    [Benchmark]
    public ulong ThroughIommu() => _device.Run(1);
}
