namespace DmaMapping;

/// <summary>Those who wait for IOVA space of one domain.</summary>
internal sealed class IovaWaiters(DomainReservations reservations) : WaitQueue<ReserveRequest, ReserveResult>(nameof(IommuDomain))
{
    /// <inheritdoc/>
    protected override bool TryServe(in ReserveRequest request, out ReserveResult grant)
    {
        ReserveStatus status = reservations.TryReserve(request, out IovaReservation reservation);
        grant = new ReserveResult(status, reservation);

        // A domain that is being disposed fails all who wait, or goes on and says so.
        if (status is ReserveStatus.NoIovaSpace or ReserveStatus.NotReserved) return false;
        MappingMetrics.Reserved(request.Device, status);
        return true;
    }

    /// <inheritdoc/>
    protected override void TakeBack(in ReserveRequest request, in ReserveResult grant)
    {
        if (grant.IsReserved) reservations.Release(grant.Reservation, request.Owner, string.Empty);
    }
}
