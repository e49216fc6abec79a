using BenchmarkDotNet.Attributes;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>Map and unmap through a bounce pool; the baseline copies the same bytes into a place that stays warm. The pool holds 1024 frames.</summary>
[Config(typeof(SuiteConfig))]
public class BounceBenchmarks
{
    private WarmCopy _copies = null!;
    private MapLoop _ours = null!;

    /// <summary>Frames, which are one run.</summary>
    [Params(1, 16, 64, 256)]
    public int N { get; set; }

    /// <summary>One copy to the device, or two from it.</summary>
    [Params(DmaDirection.ToDevice, DmaDirection.FromDevice)]
    public DmaDirection Direction { get; set; }

    /// <summary>Builds the machine, and sees that the bytes arrive.</summary>
    [GlobalSetup]
    public void Setup()
    {
        BounceMachine machine = new();
        PfnBuffer buffer = new(BounceMachine.Frames(N), PageSize.Size4K);
        BounceCheck.Run(machine, buffer, Direction);
        _copies = new WarmCopy(machine, N, Direction == DmaDirection.FromDevice);
        _ours = new MapLoop("bounce", machine.Mapper, buffer, Direction);
    }

    /// <summary>The copies alone.</summary>
    [Benchmark(Baseline = true)]
    public ulong WarmCopies() => _copies.Run(1);

    /// <summary>Slots taken, bytes copied, slots given back.</summary>
    [Benchmark]
    public ulong Bounced() => _ours.Run(1);
}
