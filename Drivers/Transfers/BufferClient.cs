using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Drivers;

/// <summary>
/// A driver's hold on one shared buffer: attached for its life, one mapping at a time, and a list of what was mapped.
/// Keeping the list costs memory for each mapping; a driver with a hot path calls <see cref="Attachment"/> itself.
/// Used by one thread.
/// </summary>
public sealed class BufferClient : IDisposable
{
    private readonly SharedBuffer _buffer;
    private readonly List<Transfer> _transfers = [];
    private DmaSegment[] _segments = new DmaSegment[16];
    private MapPart[] _parts = new MapPart[16];
    private MappingToken _live;

    /// <summary>Attaches a device to a buffer.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="mapper">Maps for the device.</param>
    /// <param name="importer">What the device declares.</param>
    /// <exception cref="InvalidOperationException">The device is refused; the message is the refusal.</exception>
    public BufferClient(SharedBuffer buffer, IDmaMapper mapper, Importer importer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        AttachResult result = buffer.Attach(mapper, importer);
        Attachment = result.Attachment ?? throw new InvalidOperationException(result.ToString());
        _buffer = buffer;
    }

    /// <summary>The device's standing with the buffer.</summary>
    public Attachment Attachment { get; }

    /// <summary>Bytes of the buffer.</summary>
    public long Length => _buffer.Length;

    /// <summary>Every mapping so far, in order.</summary>
    public IReadOnlyList<Transfer> Transfers => _transfers;

    /// <summary>Segments of all mappings.</summary>
    public int SegmentCount => _transfers.Sum(transfer => transfer.Segments.Count);

    /// <summary>Bytes that went through copies, in all mappings.</summary>
    public long BouncedBytes => _transfers.Sum(transfer => transfer.BouncedBytes);

    /// <summary>Maps a range for the device.</summary>
    /// <param name="offset">Offset in the buffer, in bytes.</param>
    /// <param name="length">Bytes from there, at least 1.</param>
    /// <param name="direction">Which way they go.</param>
    /// <param name="options">How to map them; with <see cref="MapOptions.Prefix"/> the transfer may be shorter.</param>
    /// <exception cref="DmaMapException">The mapping is refused; nothing is mapped.</exception>
    /// <exception cref="InvalidOperationException">A mapping is live.</exception>
    public Transfer Map(long offset, long length, DmaDirection direction, MapOptions options = MapOptions.None)
    {
        if (!_live.IsNone) throw new InvalidOperationException($"{Attachment.Name} has a live mapping.");
        MapPlan plan = Foresee(offset, length, direction, options);
        SharedMapResult result = Attachment.Map(offset, length, direction, _segments, options);
        if (result.Mapping.Status == MapStatus.SpanTooShort)
        {
            Array.Resize(ref _segments, result.Mapping.SegmentsNeeded);
            result = Attachment.Map(offset, length, direction, _segments, options);
        }

        MapResult mapping = result.Mapping;
        if (!mapping.IsMapped) throw new DmaMapException($"{Attachment.Name}: {result}");
        _live = mapping.Token;
        var transfer = new Transfer(
            offset,
            mapping.Length,
            direction,
            _segments[..mapping.SegmentCount],
            _parts[..plan.PartCount],
            _buffer.Backing!.View.Slice(offset, mapping.Length).CountRuns(),
            mapping.BouncedBytes);
        _transfers.Add(transfer);
        return transfer;
    }

    /// <summary>Ends the mapping: what the device wrote is home when this returns. Does nothing where there is none.</summary>
    public void Unmap()
    {
        if (_live.IsNone) return;
        Attachment.Unmap(_live);
        _live = default;
    }

    /// <summary>Ends the mapping, if one is live, and detaches the device.</summary>
    public void Dispose()
    {
        Unmap();
        Attachment.Dispose();
    }

    /// <summary>The plan, with arrays grown to what it needs.</summary>
    private MapPlan Foresee(long offset, long length, DmaDirection direction, MapOptions options)
    {
        MapPlan plan = Attachment.Plan(offset, length, direction, options, _parts);
        if (plan.PartCount > _parts.Length)
        {
            _parts = new MapPart[plan.PartCount];
            plan = Attachment.Plan(offset, length, direction, options, _parts);
        }

        if (plan.Succeeds && plan.SegmentCount > _segments.Length) _segments = new DmaSegment[plan.SegmentCount];
        return plan;
    }
}
