using System;
using System.Threading;
using System.Threading.Tasks;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Mapping in two steps, which only mappers that translate can do: what can run short is taken first, and what is on the hot
/// path is done later and cannot run short. A reservation is a range of IOVAs with the worst case of table pages; views are
/// linked into it wherever the caller says, in any order, and unlinked.
/// <code>
///   reserve --> link, link, ... --> sync --> the device works --> unlink ... --> link ... --> release
/// </code>
/// It is what Linux has as dma_iova_try_alloc, dma_iova_link, dma_iova_sync, dma_iova_unlink and dma_iova_free
/// (include/linux/dma-mapping.h, 6.16), with the tables reserved too, and with links anywhere rather than one after the other.
/// <para>
/// Shortages are statuses of <see cref="Reserve"/>, and nothing changed. Bugs throw, and nothing changed there either:
/// <see cref="ArgumentException"/> for a reservation that is released, somebody else's or none, for a range that is outside it,
/// overlaps links or cuts one, and for an offset that is not the view's in its granule of 4 KiB;
/// <see cref="ObjectDisposedException"/> where the domain behind the mapper is disposed.
/// </para>
/// Implementations are thread-safe: reservations are independent of each other, and links and unlinks of ranges that are apart
/// may be made in one reservation at once. Who releases a reservation waits for what others are doing in it. Linking and unlinking allocate nothing in steady state.
/// </summary>
public interface IReservingMapper : IDmaMapper
{
    /// <summary>Takes IOVAs, table pages for any links into them, and slots for their edges where the mapper bounces those.</summary>
    /// <param name="length">
    /// Bytes, at least 1. IOVAs are taken in blocks of powers of 2, aligned so that the device's constraints cut them least.
    /// A view that begins inside a granule needs its offset there on top of its length.
    /// </param>
    /// <param name="edges">
    /// Most granules, 0 or more, that are covered partly by what is linked at any one time, two a link at most: each takes a slot of the mapper's
    /// bounce pool, if it keeps the device out of the rest of granules by bouncing them. Any other mapper needs nothing for them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive, or the edges are negative or more than the pool ever has slots for.</exception>
    /// <exception cref="ObjectDisposedException">The domain behind the mapper is disposed.</exception>
    ReserveResult Reserve(long length, int edges);

    /// <summary>
    /// The same, but waits until the slots and then the IOVAs are there: first come, first served. While somebody waits in a domain, no IOVAs of it go to
    /// anybody else: maps and <see cref="Reserve"/> answer that there are none, later waiters stand behind the first, and all that
    /// is unmapped or released is tried for the first alone, warm or not. So no request starves because smaller ones slip by; and a
    /// request that long-lived mappings leave no room for holds up everybody, so give it a time after which it is cancelled.
    /// For table memory nothing is waited: where it is short, the result says so, when it is the waiter's turn.
    /// Whoever is granted space runs on with it elsewhere, never inside the call that freed it.
    /// </summary>
    /// <param name="length">Bytes, at least 1.</param>
    /// <param name="edges">As for <see cref="Reserve"/>.</param>
    /// <param name="cancel">Ends the wait; whoever stands behind moves up. What is granted at the same moment goes to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive, or the aperture could not hold it were it empty; or so with the edges and the pool.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The domain was disposed during the wait.</exception>
    ValueTask<ReserveResult> ReserveAsync(long length, int edges, CancellationToken cancel);

    /// <summary>
    /// Makes the granules of a view reachable at an offset of a reservation; for sure only after <see cref="Sync"/>. Never short of
    /// anything. What is bounced of it, the edges at most, is filled from its home. Large pages are used where addresses and runs allow, none of them reaching beyond the link.
    /// </summary>
    /// <param name="reservation">A live reservation of this mapper.</param>
    /// <param name="offset">Where the view's first byte comes to lie, in bytes. Its offset in its granule is the view's.</param>
    /// <param name="view">The bytes, at least 1. The frames stay the caller's, and must stay allocated until unlinked.</param>
    /// <param name="direction">Which way these bytes go; each link has its own.</param>
    /// <param name="options"><see cref="MapOptions.RestIsZero"/> counts, <see cref="MapOptions.ZeroCopy"/> refuses edges that would bounce, <see cref="MapOptions.Prefix"/> is a bug, the rest says nothing here.</param>
    /// <returns>
    /// <see cref="MapStatus.Mapped"/>, without a token; <see cref="MapStatus.UnreachableFrame"/>; <see cref="MapStatus.Unaligned"/>, where
    /// an untrusted device would reach the rest of a granule or the device wants more address bits kept than the offset keeps; or
    /// <see cref="MapStatus.WouldDiverge"/>, where an edge is bounced and a byte of it has another live copy.
    /// </returns>
    /// <exception cref="InvalidOperationException">More edges are to be bounced than were reserved and are free.</exception>
    /// <exception cref="ArgumentException">The reservation is released, somebody else's or none, the range is outside it or overlaps links, the offset is not the view's in its granule, or the view is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No direction, no such options, or a frame beyond 2^64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The domain behind the mapper is disposed.</exception>
    MapResult Link(IovaReservation reservation, long offset, scoped in PfnView view, DmaDirection direction, MapOptions options);

    /// <summary>
    /// Makes all links made before visible to the device, once for any number of them. Until then the device may find them or may fault.
    /// A fence where the hardware reads the tables coherently and remembers nothing that is not there; it stands for whatever else
    /// hardware needs then (Linux's iotlb_sync_map).
    /// </summary>
    /// <param name="reservation">A live reservation of this mapper.</param>
    /// <exception cref="ArgumentException">The reservation is released, somebody else's or none.</exception>
    void Sync(IovaReservation reservation);

    /// <summary>
    /// The segments of linked bytes under the device's constraints: what to tell the device. Nothing changes.
    /// </summary>
    /// <param name="reservation">A live reservation of this mapper.</param>
    /// <param name="offset">The first byte's offset in the reservation.</param>
    /// <param name="length">Bytes, at least 1, all of them linked; of one link, or of several that follow each other without a gap.</param>
    /// <param name="segments">Receives the segments.</param>
    /// <returns>How many there are, without a token; or <see cref="MapStatus.SpanTooShort"/>, <see cref="MapStatus.TooManySegments"/>, <see cref="MapStatus.Unaligned"/>.</returns>
    /// <exception cref="ArgumentException">The reservation is released, somebody else's or none, or the range is outside it or not all linked.</exception>
    MapResult Segments(IovaReservation reservation, long offset, long length, Span<DmaSegment> segments);

    /// <summary>Makes what the device wrote into linked bytes visible to the CPU. Does nothing where none of them is bounced, or the device does not write.</summary>
    /// <param name="reservation">A live reservation of this mapper.</param>
    /// <param name="offset">Offset in the reservation.</param>
    /// <param name="length">Bytes from there, at least 1, all of them linked.</param>
    /// <exception cref="ArgumentException">The reservation is released, somebody else's or none, or the range is outside it or not all linked.</exception>
    void SyncForCpu(IovaReservation reservation, long offset, long length);

    /// <summary>Makes what the CPU wrote into linked bytes visible to the device. Does nothing where none of them is bounced.</summary>
    /// <param name="reservation">A live reservation of this mapper.</param>
    /// <param name="offset">Offset in the reservation.</param>
    /// <param name="length">Bytes from there, at least 1, all of them linked.</param>
    /// <exception cref="ArgumentException">The reservation is released, somebody else's or none, or the range is outside it or not all linked.</exception>
    void SyncForDevice(IovaReservation reservation, long offset, long length);

    /// <summary>
    /// Takes whole links out: one or several whose granules follow each other, with one invalidation for all. When this returns the device
    /// reaches them no more, what it wrote is home, and the range can be linked again. Needs no memory and never fails.
    /// </summary>
    /// <param name="reservation">A live reservation of this mapper.</param>
    /// <param name="offset">Where the first link begins.</param>
    /// <param name="length">Bytes from there to where the last one ends.</param>
    /// <exception cref="ArgumentException">The reservation is released, somebody else's or none, or the range is outside it, cuts a link, or holds none.</exception>
    void Unlink(IovaReservation reservation, long offset, long length);

    /// <summary>Takes all links out, as <see cref="Unlink"/> does, and gives everything back. Never fails.</summary>
    /// <param name="reservation">A live reservation of this mapper; none from here on.</param>
    /// <exception cref="ArgumentException">The reservation is released, somebody else's or none.</exception>
    void Release(IovaReservation reservation);

    /// <summary>
    /// Maps a view where the room for it is reserved already: an ordinary mapping, which <see cref="IDmaMapper.Unmap"/> ends, and with it
    /// the room. Short of nothing but the device's segments: the reservation is spent where the view is mapped, and kept where it is refused.
    /// </summary>
    /// <param name="view">The bytes, at least 1; at most as many granules as are reserved, unless a prefix is wanted.</param>
    /// <param name="direction">Which way they go.</param>
    /// <param name="segments">Receives the segments for the device.</param>
    /// <param name="options">How to map them.</param>
    /// <param name="reservation">A live reservation of this mapper in which nothing is linked.</param>
    /// <returns>
    /// As <see cref="IDmaMapper.Map"/>; <see cref="MapStatus.NoIovaSpace"/> only where the device wants address bits kept
    /// for which the reservation has no room, <see cref="MapStatus.NoBounceSpace"/> only where more must bounce than edges were reserved.
    /// </returns>
    /// <exception cref="ArgumentException">The reservation is released, somebody else's or none, has links, or is too small; or the view is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No direction, no such options, or a frame beyond 2^64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The domain behind the mapper is disposed.</exception>
    MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options, IovaReservation reservation);
}
