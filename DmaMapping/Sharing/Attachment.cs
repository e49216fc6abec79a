using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>A device's standing with one shared buffer: its verdict, and its mappings. Thread-safe.</summary>
public sealed class Attachment : IDisposable
{
    private readonly SharedBuffer _buffer;
    private readonly MappingTable<Record> _mappings;
    private Decision _decision;

    internal Attachment(SharedBuffer buffer, IDmaMapper mapper, Importer importer, Decision decision)
    {
        _buffer = buffer;
        Mapper = mapper;
        Importer = importer;
        _decision = decision;
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
            lock (_buffer.Lock) return _decision;
        }

        internal set => _decision = value;
    }

    /// <summary>Whether the device is detached.</summary>
    public bool IsDetached { get; internal set; }

    /// <summary>Mappings that are live.</summary>
    public int LiveMappings => _mappings.LiveCount;

    internal IDmaMapper Mapper { get; }

    /// <summary>
    /// What <see cref="Map"/> would do now, without doing it: how many segments it would give, how much it would copy, and
    /// which parts. Choosing frames is not planning: while the buffer has none the answer is <see cref="MapStatus.NoBacking"/>.
    /// </summary>
    /// <param name="offset">Offset in the buffer.</param>
    /// <param name="length">Bytes from there, at least 1.</param>
    /// <param name="direction">Which way the bytes would go; within what the device declared.</param>
    /// <param name="options">How they would be mapped.</param>
    /// <param name="parts">Receives how each part would be treated, at offsets in the mapping, as far as it reaches; may be empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the buffer, or the direction beyond what was declared.</exception>
    /// <exception cref="InvalidOperationException">The device is detached, or the buffer disposed.</exception>
    public MapPlan Plan(long offset, long length, DmaDirection direction, MapOptions options = MapOptions.None, Span<MapPart> parts = default)
        => _buffer.Plan(this, offset, length, direction, options, parts);

    /// <summary>Makes a range of the buffer reachable to the device.</summary>
    /// <param name="offset">Offset in the buffer.</param>
    /// <param name="length">Bytes from there, at least 1.</param>
    /// <param name="direction">Which way the bytes go; within what the device declared.</param>
    /// <param name="segments">Receives the segments for the device.</param>
    /// <param name="options">How to map.</param>
    /// <returns>A mapping whose token is this attachment's; or why not, with nothing mapped. Mapped or not, the first call chooses the buffer's frames.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the buffer, or the direction beyond what was declared.</exception>
    /// <exception cref="InvalidOperationException">The device is detached, or the buffer disposed.</exception>
    public SharedMapResult Map(long offset, long length, DmaDirection direction, Span<DmaSegment> segments, MapOptions options = MapOptions.None)
        => _buffer.Map(this, offset, length, direction, segments, options);

    /// <summary>Ends a mapping; what the device wrote is home when this returns. Never fails for a live token.</summary>
    /// <param name="token">A live mapping of this attachment.</param>
    /// <exception cref="ArgumentException">The token is stale, foreign or none.</exception>
    public void Unmap(MappingToken token) => _buffer.Unmap(this, token);

    /// <summary>Makes what the device wrote visible to the CPU.</summary>
    /// <inheritdoc cref="IDmaMapper.SyncForCpu"/>
    public void SyncForCpu(MappingToken token, long offset, long length) => Mapper.SyncForCpu(_mappings.Get(token).Inner, offset, length);

    /// <summary>Makes what the CPU wrote visible to the device.</summary>
    /// <inheritdoc cref="IDmaMapper.SyncForDevice"/>
    public void SyncForDevice(MappingToken token, long offset, long length) => Mapper.SyncForDevice(_mappings.Get(token).Inner, offset, length);

    /// <summary>Detaches the device. Further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">Mappings are live; the device stays attached.</exception>
    public void Detach() => _buffer.Detach(this);

    /// <summary>Detaches the device, as <see cref="Detach"/>.</summary>
    public void Dispose() => Detach();

    internal MapResult Enter(in MapResult inner, int use)
        => new()
        {
            Status = inner.Status,
            Token = _mappings.Add(new Record(inner.Token, use)),
            SegmentCount = inner.SegmentCount,
            Length = inner.Length,
            BouncedBytes = inner.BouncedBytes,
        };

    internal Record Get(MappingToken token) => _mappings.Get(token);

    internal Record Take(MappingToken token) => _mappings.Take(token);

    internal readonly struct Record(MappingToken inner, int use)
    {
        internal MappingToken Inner { get; } = inner;

        internal int Use { get; } = use;
    }
}
