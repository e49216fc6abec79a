using System;
using System.Threading;
using System.Threading.Tasks;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Room that is taken before it is needed.</summary>
public sealed partial class BounceMapper
{
    private readonly MappingTable<SlotGrant> _reservations;

    /// <summary>Reservations that are live.</summary>
    public int LiveReservations => _reservations.LiveCount;

    /// <summary>Takes slots for one mapping to come.</summary>
    /// <param name="length">
    /// Bytes that may bounce, at least 1. A view that begins inside a frame needs its offset there on top of its length.
    /// </param>
    /// <param name="reservation">The slots, to be released, or spent on a mapping, exactly once; none where the answer is false.</param>
    /// <returns>False where the pool has no such room, or somebody waits for some. Nothing is taken then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive, or the pool could not hold it were it empty and grown.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public bool TryReserve(long length, out BounceReservation reservation)
    {
        SlotRequest request = RequestOf(length);
        _pool.ThrowIfDisposed();
        if (!_pool.HasWaiters && _pool.TryReserve(request, out ReservedSlots? slots))
        {
            reservation = new BounceReservation(_reservations.Add(new SlotGrant(slots!)), length);
            return true;
        }

        reservation = default;
        _pool.CountShortage();
        MappingMetrics.Shortage(Profile.Device.Name, MapStatus.NoBounceSpace);
        return false;
    }

    /// <summary>
    /// The same, but waits until the room is there: first come, first served. While somebody waits for slots of a pool, nobody else gets
    /// any: maps and <see cref="TryReserve"/> answer that there are none, later waiters stand behind the first, and all that is freed is
    /// his. So no request starves because smaller ones slip by; and a request that long-lived mappings leave no room for holds up everybody,
    /// so give it a time after which it is cancelled. Whoever is granted room runs on with it elsewhere, never inside the call that freed it.
    /// A device that takes a limited number of segments waits for one run, any other for as many slots, wherever they are.
    /// </summary>
    /// <param name="length">Bytes that may bounce, at least 1; see <see cref="TryReserve"/>.</param>
    /// <param name="cancel">Ends the wait; whoever stands behind moves up. What is granted at the same moment goes to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive, or the pool could not hold it were it empty and grown.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed during the wait.</exception>
    public ValueTask<BounceReservation> ReserveAsync(long length, CancellationToken cancel)
    {
        SlotRequest request = RequestOf(length);
        _pool.ThrowIfDisposed();
        if (cancel.IsCancellationRequested) return new ValueTask<BounceReservation>(Task.FromCanceled<BounceReservation>(cancel));
        return !_pool.HasWaiters && _pool.TryReserve(request, out ReservedSlots? slots)
            ? new ValueTask<BounceReservation>(new BounceReservation(_reservations.Add(new SlotGrant(slots!)), length))
            : new ValueTask<BounceReservation>(WaitAsync(request, length, cancel));
    }

    /// <summary>
    /// Maps a view for which room is reserved: an ordinary mapping, which <see cref="Unmap"/> ends. Its slots are the reservation's, of which
    /// the rest goes back to the pool. The reservation is spent where the view is mapped, in place too, and kept where it is refused.
    /// </summary>
    /// <param name="view">The bytes, at least 1.</param>
    /// <param name="direction">Which way they go.</param>
    /// <param name="segments">Receives the segments for the device.</param>
    /// <param name="options">How to map them.</param>
    /// <param name="reservation">A live reservation of this mapper.</param>
    /// <returns>
    /// As <see cref="Map(in PfnView, DmaDirection, Span{DmaSegment}, MapOptions)"/>; <see cref="MapStatus.NoBounceSpace"/> only where the view needs more than
    /// was reserved, or the device wants address bits kept for which the reserved slots do not lie as they should.
    /// </returns>
    /// <exception cref="ArgumentException">The reservation was released or spent before, or is another mapper's.</exception>
    /// <exception cref="InvalidOperationException">Another thread is mapping with it, or releasing it.</exception>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, BounceReservation reservation)
    {
        Segmenting.Check(view, direction, options);
        ReservedSlots slots = Enter(reservation);
        bool spent = false;
        try
        {
            MapResult result = Map(view, direction, segments, options, new MappingRoom(slots, default));
            spent = result.IsMapped;
            return result;
        }
        finally
        {
            if (spent) End(reservation, slots);
            else slots.Exit();
        }
    }

    /// <summary>Gives reserved slots back.</summary>
    /// <param name="reservation">A live reservation of this mapper; none from here on.</param>
    /// <exception cref="ArgumentException">The reservation was released or spent before, or is another mapper's.</exception>
    /// <exception cref="InvalidOperationException">Another thread is mapping with it.</exception>
    public void Release(BounceReservation reservation) => End(reservation, Enter(reservation));

    private ReservedSlots Enter(in BounceReservation reservation)
    {
        ReservedSlots slots = _reservations.Get(reservation.Token).Slots;
        if (!slots.TryEnter()) Throw.Invalid($"Another thread maps with the reservation of {reservation}, or ends it: one at a time.");
        return slots;
    }

    private void End(in BounceReservation reservation, ReservedSlots slots)
    {
        _reservations.Take(reservation.Token);
        slots.End(_user);
    }

    private async Task<BounceReservation> WaitAsync(SlotRequest request, long length, CancellationToken cancel)
    {
        SlotGrant granted = await _pool.Wait(request, cancel).ConfigureAwait(false);
        return new BounceReservation(_reservations.Add(granted), length);
    }

    private SlotRequest RequestOf(long length)
    {
        if (length <= 0) Throw.OutOfRange(nameof(length), length, "it must be at least 1");
        long slots = PageSize.Size4K.FramesFor(length) + _choice.MostLead(_pool);
        bool oneRun = _choice.WantsOneRun;
        long most = oneRun ? _pool.LongestRunEver : _pool.MostSlotsEver;
        if (slots > most) Throw.OutOfRange(nameof(length), length, $"{(_choice.KeepsFrameBits ? $"with {_choice.MostLead(_pool)} slots to choose the address from, it" : "it")} is more than the pool ever has{(oneRun ? " in one range" : string.Empty)}, {most << PageSize.Size4K.Shift} bytes");
        Placement placement = _choice.PlacementOf((int)slots);
        if (oneRun && !_pool.CouldHold(slots, placement)) Throw.OutOfRange(nameof(length), length, $"the pool at {_pool.Start}, {_pool.Capacity} bytes, has no such run for {Profile.Device} ({Profile.Device.Constraints}), not even empty");
        return new SlotRequest(_user, (int)slots, oneRun, placement);
    }
}
