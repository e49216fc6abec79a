namespace DmaMapping;

/// <summary>Those who wait for slots of one pool.</summary>
internal sealed class SlotWaiters(BouncePool pool) : WaitQueue<SlotRequest, SlotGrant>(nameof(BouncePool))
{
    /// <inheritdoc/>
    protected override bool TryServe(in SlotRequest request, out SlotGrant grant)
    {
        bool granted = pool.TryReserve(request, out ReservedSlots? slots);
        grant = new SlotGrant(slots!);
        return granted;
    }

    /// <inheritdoc/>
    protected override void TakeBack(in SlotRequest request, in SlotGrant grant) => grant.Slots.End(request.User);
}
