using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Maps pfn arrays for one device. The array is only read: segments go into the caller's span, and nothing that the
/// mapper needs later is left in the caller's memory, so a view may go out of scope as soon as the call returns.
/// <para>
/// A shortage that a caller foresees is a status, and nothing changed. A bug throws: <see cref="ArgumentException"/> (or a
/// descendant) for a stale or foreign token, a direction or an option that is none, a range outside the mapping, an empty view or a
/// frame beyond 2^64 bytes; <see cref="ObjectDisposedException"/> where the pool or domain behind the mapper is disposed.
/// Nothing changed there either. Unmapping a live token never fails.
/// </para>
/// Implementations are thread-safe. Using one token from two threads at once, one of them unmapping, is the callers' race.
/// </summary>
public interface IDmaMapper
{
    /// <summary>The device, and what the mapper can do for it.</summary>
    MapperProfile Profile { get; }

    /// <summary>What <see cref="Map"/> would do now, without doing it.</summary>
    /// <param name="view">The bytes, at least 1.</param>
    /// <param name="direction">Which way they go.</param>
    /// <param name="options">How they would be mapped.</param>
    /// <param name="parts">Receives how each part would be treated, in order, as far as it reaches; may be empty.</param>
    /// <exception cref="ArgumentException">The view is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No direction, no such options, or a frame beyond 2^64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The pool or domain behind the mapper is disposed.</exception>
    MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts);

    /// <summary>Makes bytes reachable to the device.</summary>
    /// <param name="view">The bytes, at least 1. The frames stay the caller's, and must stay allocated until unmapped.</param>
    /// <param name="direction">Which way they go, and so what the device may do to them where the hardware can hold it to that.</param>
    /// <param name="segments">Receives the segments for the device; <see cref="Plan"/> tells how many.</param>
    /// <param name="options">How to map them.</param>
    /// <exception cref="ArgumentException">The view is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No direction, no such options, or a frame beyond 2^64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The pool or domain behind the mapper is disposed.</exception>
    MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options);

    /// <summary>
    /// Ends a mapping: what the device wrote is home when this returns, and the device can no longer reach the bytes
    /// where the hardware can hold it to that.
    /// </summary>
    /// <param name="token">A live mapping of this mapper.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    void Unmap(MappingToken token);

    /// <summary>Makes what the device wrote visible to the CPU. Does nothing where nothing is bounced, or the device does not write.</summary>
    /// <param name="token">A live mapping of this mapper.</param>
    /// <param name="offset">Offset in the mapping.</param>
    /// <param name="length">Bytes from there, 0 or more.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the mapping.</exception>
    void SyncForCpu(MappingToken token, long offset, long length);

    /// <summary>Makes what the CPU wrote visible to the device. Does nothing where nothing is bounced.</summary>
    /// <param name="token">A live mapping of this mapper.</param>
    /// <param name="offset">Offset in the mapping.</param>
    /// <param name="length">Bytes from there, 0 or more.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the mapping.</exception>
    void SyncForDevice(MappingToken token, long offset, long length);
}
