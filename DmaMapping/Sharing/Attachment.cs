using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>A device's standing with one shared buffer: its verdict, and its mappings. Thread-safe.</summary>
public sealed class Attachment : IDisposable
{
    private readonly SharedBuffer _buffer;
    private readonly SharedMapper _shared;
    private readonly MappingTable<Record> _mappings;
    private PlaneMapper? _planes;

    internal Attachment(SharedBuffer buffer, SharedMapper shared, IDmaMapper? mapper, Importer importer, IMovable? movable, Decision decision)
    {
        _buffer = buffer;
        _shared = shared;
        Mapper = mapper;
        Importer = importer;
        Movable = movable;
        Standing = decision;
        _mappings = new MappingTable<Record>($"{importer.Name}'s attachment");
    }

    /// <summary>What the device declared.</summary>
    public Importer Importer { get; }

    /// <summary>The device's name.</summary>
    public string Name => Importer.Name;

    /// <summary>How the device stands: admitted until the buffer has frames, then the verdict on those.</summary>
    public Decision Decision
    {
        get
        {
            lock (_shared.Lock) return Standing;
        }
    }

    /// <summary>Whether the device is detached.</summary>
    public bool IsDetached { get; internal set; }

    /// <summary>Mappings and holds of pfns that are live.</summary>
    public int LiveMappings => _mappings.LiveCount;

    internal IDmaMapper? Mapper { get; }

    internal IMovable? Movable { get; }

    /// <summary>Maps planes through the same mapper; under the buffer's lock.</summary>
    internal PlaneMapper Planes => _planes ??= new PlaneMapper(Mapper!);

    /// <summary>The decision; under the buffer's lock.</summary>
    internal Decision Standing { get; set; }

    /// <summary>Whether its device is gone; under the buffer's lock.</summary>
    internal bool IsRevoked { get; set; }

    /// <summary>Whether it was told to stop for a move that is not over; under the buffer's lock.</summary>
    internal bool IsToldToStop { get; set; }

    /// <summary>
    /// What <see cref="Map"/> would do now, without doing it: how many segments it would give, how much it would copy, and
    /// which parts. Choosing frames is not planning: while the buffer has none the answer is <see cref="MapStatus.NoBacking"/>.
    /// </summary>
    /// <param name="offset">Offset in the buffer.</param>
    /// <param name="length">Bytes from there, at least 1.</param>
    /// <param name="direction">Which way the bytes would go; within what the device declared.</param>
    /// <param name="options">How they would be mapped.</param>
    /// <param name="parts">Receives how each part would be treated, at offsets in the mapping, as far as it reaches; may be empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the buffer, the direction beyond what was declared, or there are no such options.</exception>
    /// <exception cref="InvalidOperationException">The device is detached or takes raw pfns, or the buffer is disposed.</exception>
    public MapPlan Plan(long offset, long length, DmaDirection direction, MapOptions options = MapOptions.None, Span<MapPart> parts = default)
        => _shared.Plan(this, offset, length, direction, options, parts);

    /// <summary>Makes a range of the buffer reachable to the device.</summary>
    /// <param name="offset">Offset in the buffer.</param>
    /// <param name="length">Bytes from there, at least 1.</param>
    /// <param name="direction">Which way the bytes go; within what the device declared.</param>
    /// <param name="segments">Receives the segments for the device.</param>
    /// <param name="options">How to map; <see cref="MapOptions.TakesTurns"/> and <see cref="MapOptions.RestIsZero"/> are not a driver's to say, and count for nothing.</param>
    /// <returns>A mapping whose token is this attachment's; or why not, with nothing mapped. Mapped or not, the first call chooses the buffer's frames.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the buffer, the direction beyond what was declared, or there are no such options.</exception>
    /// <exception cref="InvalidOperationException">The device is detached or takes raw pfns, or the buffer is disposed.</exception>
    public SharedMapResult Map(long offset, long length, DmaDirection direction, Span<DmaSegment> segments, MapOptions options = MapOptions.None)
        => _shared.Map(this, offset, length, direction, segments, options);

    /// <summary>
    /// Makes a strided rectangle of the buffer reachable to the device, line by line (T9): as <see cref="PlaneMapper.Map"/>, with
    /// verdict, conflicts and moves as for every mapping of the buffer.
    /// </summary>
    /// <param name="plane">The lines, within the buffer.</param>
    /// <param name="from">The first byte to map, 0 to the plane's length - 1; counts the plane's bytes, packed.</param>
    /// <param name="direction">Which way the bytes go; within what the device declared.</param>
    /// <param name="segments">Receives the segments for the device.</param>
    /// <param name="options">How to map; with <see cref="MapOptions.Prefix"/> a window, and the result's length tells where to go on.</param>
    /// <returns>A mapping whose token is this attachment's, and whose offsets count the plane's bytes from the first one mapped; or why not.</returns>
    /// <exception cref="ArgumentException">An empty plane, one that ends after the buffer, no such byte; a direction beyond what was declared; no such options.</exception>
    /// <exception cref="InvalidOperationException">The device is detached or takes raw pfns, or the buffer is disposed.</exception>
    public SharedMapResult MapPlane(Plane plane, long from, DmaDirection direction, Span<DmaSegment> segments, MapOptions options = MapOptions.None)
        => _shared.MapPlane(this, plane, from, direction, segments, options);

    /// <summary>Ends a mapping; what the device wrote is home when this returns. Never fails for a live token.</summary>
    /// <param name="token">A live mapping of this attachment.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none, or names a hold of pfns.</exception>
    public void Unmap(MappingToken token) => _shared.End(this, token, HoldingKind.Mapping);

    /// <summary>
    /// Gives the pfns of a range to a device that programs tables of its own (T8). They are pinned, or if the device is movable
    /// told of, until they are put back.
    /// </summary>
    /// <param name="offset">Offset in the buffer.</param>
    /// <param name="length">Bytes from there, at least 1.</param>
    /// <param name="direction">Which way the bytes go; within what the device declared.</param>
    /// <param name="pfns">The frames of the range; valid until they are put back or moved.</param>
    /// <returns>A hold whose token is this attachment's; or why not. The first call chooses the buffer's frames.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the buffer, or the direction beyond what was declared.</exception>
    /// <exception cref="InvalidOperationException">The device is detached or does not take raw pfns, or the buffer is disposed.</exception>
    public SharedMapResult TakePfns(long offset, long length, DmaDirection direction, out PfnSlice pfns)
        => _shared.TakePfns(this, offset, length, direction, out pfns);

    /// <summary>Puts pfns back: the device has forgotten them. Never fails for a live token.</summary>
    /// <param name="token">A live hold of this attachment.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none, or names a mapping.</exception>
    public void PutBack(MappingToken token) => _shared.End(this, token, HoldingKind.Pfns);

    /// <summary>Makes what the device wrote visible to the CPU.</summary>
    /// <exception cref="InvalidOperationException">The device takes turns: ending a turn does it.</exception>
    /// <inheritdoc cref="IDmaMapper.SyncForCpu"/>
    public void SyncForCpu(MappingToken token, long offset, long length) => Sync(token, offset, length, forCpu: true);

    /// <summary>Makes what the CPU wrote visible to the device.</summary>
    /// <exception cref="InvalidOperationException">The device takes turns: beginning a turn does it.</exception>
    /// <inheritdoc cref="IDmaMapper.SyncForDevice"/>
    public void SyncForDevice(MappingToken token, long offset, long length) => Sync(token, offset, length, forCpu: false);

    /// <summary>
    /// Begins a turn: from now until it ends the device may touch the bytes, and sees what others wrote before. Many may read a
    /// byte at once, or one write it. For devices that declared that they take turns.
    /// </summary>
    /// <param name="token">A live mapping of this attachment.</param>
    /// <param name="offset">Offset in the mapping.</param>
    /// <param name="length">Bytes from there.</param>
    /// <param name="access">What the device does to them; within the mapping's direction.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none, or names a hold of pfns.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the mapping, or the access beyond its direction.</exception>
    /// <exception cref="InvalidOperationException">The device did not declare that it takes turns.</exception>
    public TurnResult BeginAccess(MappingToken token, long offset, long length, MemoryAccess access)
        => _shared.BeginAccess(this, token, offset, length, access);

    /// <summary>Ends a turn; what the device wrote in it is home when this returns. Unmapping ends what turns are open.</summary>
    /// <param name="turn">An open turn of this attachment.</param>
    /// <exception cref="ArgumentException">The turn is over, foreign or none.</exception>
    public void EndAccess(AccessTurn turn) => _shared.EndAccess(this, turn);

    /// <summary>Says that the device's DMA has stopped, as a notice asked for.</summary>
    /// <param name="token">The notice's token.</param>
    /// <returns>False where it comes too late: the move is over, and was not made.</returns>
    /// <exception cref="ArgumentException">The token names no notice, or another attachment's.</exception>
    public bool ConfirmStopped(MoveToken token) => _buffer.ConfirmStopped(this, token);

    /// <summary>
    /// Says that the device is gone: its mappings end at once, so that behind an IOMMU it faults, and its copies go home. What it
    /// held is still to be unmapped or put back, which succeeds; nothing can be mapped anew. Further calls do nothing.
    /// </summary>
    public void Revoke() => _shared.Revoke(this);

    /// <summary>Detaches the device. Further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">Mappings or holds are live; the device stays attached.</exception>
    public void Detach() => _buffer.Detach(this);

    /// <summary>Detaches the device, as <see cref="Detach"/>.</summary>
    /// <exception cref="InvalidOperationException">Mappings or holds are live; the device stays attached.</exception>
    public void Dispose() => Detach();

    /// <summary>A token for a use.</summary>
    internal MappingToken Enter(in LiveUse use, int slot) => _mappings.Add(new Record(use, slot));

    /// <summary>The token stands for another mapping from now on.</summary>
    internal void Rename(MappingToken token, in LiveUse use, int slot) => _mappings.Set(token, new Record(use, slot));

    internal int UseOf(MappingToken token) => _mappings.Get(token).Use;

    internal void Forget(MappingToken token) => _mappings.Take(token);

    private void Sync(MappingToken token, long offset, long length, bool forCpu)
    {
        if (Importer.TakesTurns) Throw.Invalid($"{Name} takes turns: begin and end accesses instead of syncing.");

        // Somebody else's thread may exchange a mapping, or revoke it.
        lock (_shared.Lock) SyncInner(token, offset, length, forCpu);
    }

    private void SyncInner(MappingToken token, long offset, long length, bool forCpu)
    {
        Record record = _mappings.Get(token);
        if (Mapper is null) Throw.Invalid($"{Name} takes raw pfns, which are in place: there is nothing to sync.");
        if (record.IsRevoked) return;
        switch (record.IsPlane, forCpu)
        {
            case (false, true): Mapper.SyncForCpu(record.Inner, offset, length); break;
            case (false, false): Mapper.SyncForDevice(record.Inner, offset, length); break;
            case (true, true): Planes.SyncForCpu(record.Inner, offset, length); break;
            default: Planes.SyncForDevice(record.Inner, offset, length); break;
        }
    }

    private readonly struct Record(in LiveUse use, int slot)
    {
        internal MappingToken Inner { get; } = use.Inner;

        internal bool IsRevoked { get; } = use.IsRevoked;

        internal bool IsPlane { get; } = !use.Plane.IsEmpty;

        internal int Use { get; } = slot;
    }
}
