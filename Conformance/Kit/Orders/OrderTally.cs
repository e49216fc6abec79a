using PfnBuffers;

namespace Conformance;

/// <summary>What happened in cases: how often each verdict was given to a device that attached, and each reason to one that was refused.</summary>
public sealed class OrderTally
{
    /// <summary>More than there are values of either enumeration, and no more than bits in a mask.</summary>
    private const int MostKinds = 32;

    private readonly long[] _verdicts = new long[MostKinds];
    private readonly long[] _reasons = new long[MostKinds];

    /// <summary>Cases that were tried.</summary>
    public long Cases { get; set; }

    /// <summary>Cases in which something was wrong.</summary>
    public long Violations { get; set; }

    /// <summary>Accesses by devices that were made and compared.</summary>
    public long DeviceAccesses { get; set; }

    /// <summary>Accesses by the CPU that were made and compared, and refusals of such.</summary>
    public long CpuAccesses { get; set; }

    /// <summary>Accesses that devices tried beyond what they may reach, and that faulted.</summary>
    public long Faults { get; set; }

    /// <summary>Mappings and holds that were made.</summary>
    public long Mappings { get; set; }

    /// <summary>Mappings that were refused since copies would diverge.</summary>
    public long Divergences { get; set; }

    /// <summary>Verdicts of a kind that attaching gave.</summary>
    public long Of(Verdict verdict) => _verdicts[(int)verdict];

    /// <summary>Refusals that had a cause of a kind; to a device that attached, mapped, or came during a move.</summary>
    public long Of(RefusalReason reason) => _reasons[(int)reason];

    /// <summary>Counts what attaching gave.</summary>
    public void Add(Verdict verdict) => _verdicts[(int)verdict]++;

    /// <summary>Counts each reason among the causes of a refusal once.</summary>
    public void Add(Refusal refusal)
    {
        uint seen = 0;
        foreach (RefusalCause cause in refusal.Causes) seen |= 1u << (int)cause.Reason;
        for (int i = 0; i < _reasons.Length; i++) _reasons[i] += (seen >> i) & 1;
    }

    /// <summary>Holders that were told to stop for a move.</summary>
    public long Notices { get; set; }

    /// <summary>Adds another tally.</summary>
    public void Add(OrderTally other)
    {
        for (int i = 0; i < _verdicts.Length; i++) _verdicts[i] += other._verdicts[i];
        for (int i = 0; i < _reasons.Length; i++) _reasons[i] += other._reasons[i];
        Cases += other.Cases;
        Violations += other.Violations;
        DeviceAccesses += other.DeviceAccesses;
        CpuAccesses += other.CpuAccesses;
        Faults += other.Faults;
        Mappings += other.Mappings;
        Divergences += other.Divergences;
        Notices += other.Notices;
    }
}
