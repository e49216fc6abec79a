using System;
using BenchmarkDotNet.Attributes;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// A device comes to a buffer whose frames are fixed, beside two that are there. Linux has nothing to compare: its <c>dma_buf_attach</c> asks only the
/// exporter. The baseline is the decision alone, which is pure.
/// </summary>
public class AttachBenchmarks : LayoutBenchmarks
{
    private const int AddressBits = 30;

    private SharingState _state = null!;
    private Importer _remapped = null!;
    private Importer _refused = null!;
    private Func<AttachResult> _attach = null!;

    /// <summary>Builds the buffer, and attaches two devices.</summary>
    [GlobalSetup]
    public void Setup()
    {
        IommuMapper newcomer = new WarmIotlb().Mapper;
        _remapped = new Importer(newcomer.Profile);
        var narrow = new DmaDevice("narrow", new RequesterId(0, 2, 0), new DmaConstraints { Window = DmaWindow.OfBits(AddressBits) });
        _refused = new Importer(new DirectMapper(narrow).Profile) { ZeroCopyOnly = true };

        EmulatedMachine machine = EmulatedMachine.WithRam((long)Layouts.MachineFrames << 12);
        var backing = new PfnBuffer(Frames(), PageSize.Size4K);
        var exporter = new GivenFrames(machine, backing);
        IDmaMapper[] others = [new DirectMapper(Device("first", 3)), new DirectMapper(Device("second", 4))];
        var policy = new SharingPolicy { AllowsMove = false };
        var shared = new SharedBuffer(exporter, policy);
        _attach = () => shared.Attach(newcomer);
        foreach (IDmaMapper other in others)
        {
            // The first mapping fixes the frames.
            Attachment attachment = shared.Attach(other).Attachment!;
            SharedMapResult mapping = attachment.Map(0, backing.Length, DmaDirection.ToDevice, new DmaSegment[N]);
            attachment.Unmap(mapping.Mapping.Token);
        }

        _state = new SharingState(exporter, policy)
        {
            Backing = backing,
            Attached = [new Importer(others[0].Profile), new Importer(others[1].Profile)],
        };
        Verdict verdict = Decide(), refused = DecideAndExplain();
        if (verdict != Verdict.Remap || refused != Verdict.Refused) Throw.Invalid($"Self check failed: the verdicts are {verdict} and {refused}.");
    }

    /// <summary>A device behind an IOMMU, to which any frames can be shown.</summary>
    [Benchmark(Baseline = true)]
    public Verdict Decide() => AttachDecision.Decide(_state, _remapped).Verdict;

    /// <summary>A device that reaches none of the frames and may not be bounced: it is refused, with reasons.</summary>
    [Benchmark]
    public Verdict DecideAndExplain() => AttachDecision.Decide(_state, _refused).Verdict;

    /// <summary>The first of the two, in a buffer that notes who is attached, and detached again.</summary>
    [Benchmark]
    public bool AttachAndDetach()
    {
        AttachResult result = _attach();
        result.Attachment!.Detach();
        return result.IsAttached;
    }

    private static DmaDevice Device(string name, byte number) => new(name, new RequesterId(0, number, 0));
}
