using PfnBuffers;

namespace DmaMapping;

/// <summary>One refused access of a device: who, where, what for, and why. The default value is no fault.</summary>
/// <param name="requester">Who asked.</param>
/// <param name="address">The address that it put on the bus, of the first byte refused.</param>
/// <param name="access">Read or write.</param>
/// <param name="reason">Why it was refused.</param>
public readonly struct DmaFault(RequesterId requester, DmaAddress address, MemoryAccess access, FaultReason reason)
{
    /// <summary>Who asked.</summary>
    public RequesterId Requester { get; } = requester;

    /// <summary>The address that it put on the bus, of the first byte refused.</summary>
    public DmaAddress Address { get; } = address;

    /// <summary>Read or write.</summary>
    public MemoryAccess Access { get; } = access;

    /// <summary>Why it was refused.</summary>
    public FaultReason Reason { get; } = reason;

    /// <summary>The fault as <c>00:02.0 write at 0x1000: NotMapped</c>.</summary>
    public override string ToString()
        => Reason == FaultReason.None ? "no fault" : $"{Requester} {(Access == MemoryAccess.Write ? "write" : "read")} at {Address}: {Reason}";
}
