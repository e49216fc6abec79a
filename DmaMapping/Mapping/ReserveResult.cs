namespace DmaMapping;

/// <summary>What reserving gave. The default value says that nothing is reserved.</summary>
public readonly struct ReserveResult
{
    internal ReserveResult(ReserveStatus status, IovaReservation reservation)
    {
        Status = status;
        Reservation = reservation;
    }

    /// <summary>Whether there is a reservation, and why not.</summary>
    public ReserveStatus Status { get; }

    /// <summary>Whether there is a reservation.</summary>
    public bool IsReserved => Status == ReserveStatus.Reserved;

    /// <summary>The reservation; to be released, or spent on a mapping, exactly once. None unless <see cref="IsReserved"/>.</summary>
    public IovaReservation Reservation { get; }

    /// <summary>The status, and what would help, in one line.</summary>
    public override string ToString() => Status switch
    {
        ReserveStatus.Reserved => $"Reserved: {Reservation}",
        ReserveStatus.NoIovaSpace => "NoIovaSpace: no free range of IOVAs is large enough, or somebody waits for one; unmap something, wait with ReserveAsync (it throws for what the aperture could never hold), or give the domain a larger aperture",
        ReserveStatus.NoTableMemory => "NoTableMemory: too few frames are free for the page tables of the worst case; unmap something, reserve less, or give the domain more frames",
        ReserveStatus.NoBounceSpace => "NoBounceSpace: the bounce pool has no slots for so many edges, or somebody waits for some; unmap something, wait with ReserveAsync, or let the pool grow (BouncePoolOptions)",
        _ => "NotReserved: nothing was tried",
    };
}
