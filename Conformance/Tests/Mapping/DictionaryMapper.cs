using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>
/// A mapper of one device, and its IOMMU: a dictionary in which every granule of 4 KiB has its home and a direction. It shares nothing with the
/// library's own but the segmenter, and shows that the kit needs nothing more of a mapper than what its contract says.
/// </summary>
internal sealed class DictionaryMapper(MapperSetting setting) : IDmaMapper, IDevicePort
{
    private static int _owners;
    private readonly int _owner = (Interlocked.Increment(ref _owners) % 65535) + 1;
    private readonly Dictionary<ulong, (ulong Home, DmaDirection Direction)> _table = [];
    private readonly Dictionary<MappingToken, (ulong First, ulong Granules, long Length)> _live = [];
    private readonly DmaConstraints _rules = setting.Device.Constraints;
    private uint _generation;

    public MapperProfile Profile { get; } = new(setting.Device, Addressing.Translated);

    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        var cut = new Segmenter(_rules, default, (options & MapOptions.Prefix) != 0, countOnly: true);
        MapStatus status;
        lock (_table) status = Cut(view, direction, options, ref cut, out _);
        if (status != MapStatus.Mapped) return new MapPlan { Status = status, SegmentCount = cut.Count, FailedFrame = FrameAt(view, cut.FailedAt) };
        if (!parts.IsEmpty) parts[0] = new MapPart(0, cut.Length, MapTreatment.Remapped);
        return new MapPlan { Status = status, SegmentCount = cut.Count, Length = cut.Length, IovaBytes = (long)Granules(view.Offset, cut.Length) * 4096, PartCount = 1, FailedFrame = -1 };
    }

    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        var cut = new Segmenter(_rules, segments, (options & MapOptions.Prefix) != 0);
        lock (_table)
        {
            MapStatus status = Cut(view, direction, options, ref cut, out ulong first);
            int needed = status == MapStatus.SpanTooShort ? Math.Max(1, cut.Count) : status == MapStatus.TooManySegments ? cut.Count : 0;
            if (status != MapStatus.Mapped) return new MapResult { Status = status, FailedFrame = FrameAt(view, cut.FailedAt), SegmentsNeeded = needed };
            ulong granules = Granules(view.Offset, cut.Length);
            for (ulong i = 0; i < granules; i++)
                _table[first + i] = (view.AddressAt(Math.Max(0, ((long)i * 4096) - (view.Offset % 4096))).Value & ~4095ul, direction);
            var token = new MappingToken(_owner, (int)first, ++_generation);
            _live.Add(token, (first, granules, cut.Length));
            return new MapResult { Status = status, Token = token, SegmentCount = cut.Count, Length = cut.Length, FailedFrame = -1 };
        }
    }

    public void Unmap(MappingToken token)
    {
        lock (_table)
        {
            (ulong first, ulong granules, _) = Live(token);
            for (ulong i = 0; i < granules; i++) _table.Remove(first + i);
            _live.Remove(token);
        }
    }

    public void SyncForCpu(MappingToken token, long offset, long length)
    {
        lock (_table)
        {
            long all = Live(token).Length; // nothing is copied, so there is nothing to do
            if (offset < 0 || offset > all) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"0 to {all}");
            if (length < 0 || length > all - offset) throw new ArgumentOutOfRangeException(nameof(length), length, $"0 to {all - offset}");
        }
    }

    public void SyncForDevice(MappingToken token, long offset, long length) => SyncForCpu(token, offset, length);

    public bool TryRead(DmaAddress address, Span<byte> destination)
    {
        for (int at = 0; at < destination.Length;)
        {
            Span<byte> bytes = Granule(address + at, destination.Length - at, DmaDirection.ToDevice);
            if (bytes.IsEmpty) return false;
            bytes.CopyTo(destination.Slice(at));
            at += bytes.Length;
        }

        return true;
    }

    public bool TryWrite(DmaAddress address, ReadOnlySpan<byte> source)
    {
        for (int at = 0; at < source.Length;)
        {
            Span<byte> bytes = Granule(address + at, source.Length - at, DmaDirection.FromDevice);
            if (bytes.IsEmpty) return false;
            source.Slice(at, bytes.Length).CopyTo(bytes);
            at += bytes.Length;
        }

        return true;
    }

    public override string ToString() => $"{_live.Count} mappings, granules: {string.Join(" ", _table.Keys.Order())}";

    /// <summary>What an address leads to, as far as its granule goes; nothing where it leads nowhere, or the device may not.</summary>
    private Span<byte> Granule(DmaAddress address, int most, DmaDirection direction)
    {
        ulong offset = address.Value % 4096;
        lock (_table)
        {
            if (!_table.TryGetValue(address.Value / 4096, out (ulong Home, DmaDirection Direction) entry) || (entry.Direction & direction) == 0) return default;
            return setting.Memory.Access(new PhysicalAddress(entry.Home + offset), Math.Min(most, 4096 - (long)offset));
        }
    }

    /// <summary>Finds room, and cuts the view as it would stand there.</summary>
    private MapStatus Cut(scoped in PfnView view, DmaDirection direction, MapOptions options, scoped ref Segmenter cut, out ulong first)
    {
        if (view.IsEmpty) throw new ArgumentException("The view is empty.", nameof(view));
        if (direction is < DmaDirection.ToDevice or > DmaDirection.Bidirectional) throw new ArgumentOutOfRangeException(nameof(direction), direction, "ToDevice, FromDevice or Bidirectional");
        if (!view.FramesFitIn(64 - view.PageSize.Shift)) throw new ArgumentOutOfRangeException(nameof(view), "A frame lies beyond 2^64.");
        ulong wanted = Granules(view.Offset, view.Length), found = FindRoom(wanted, out first);
        if (found < wanted && (found == 0 || (options & MapOptions.Prefix) == 0)) return MapStatus.NoIovaSpace;
        PfnView fits = view.Slice(0, Math.Min(view.Length, ((long)found * 4096) - (view.Offset % 4096)));
        var at = new DmaAddress((first * 4096) + (ulong)(view.Offset % 4096));
        foreach (FrameRun run in fits.Runs)
        {
            if (!cut.Add(at, run.Address, run.Length)) break;
            at += run.Length;
        }

        return cut.Finish() switch
        {
            SegmentingStatus.Fits => MapStatus.Mapped,
            SegmentingStatus.TooManySegments => MapStatus.TooManySegments,
            SegmentingStatus.SpanTooShort => MapStatus.SpanTooShort,
            SegmentingStatus.OutsideWindow => MapStatus.UnreachableFrame,
            _ => MapStatus.Unaligned,
        };
    }

    /// <summary>The first free granules, aligned as the device's segments are; the most that there are where there are not so many.</summary>
    private ulong FindRoom(ulong wanted, out ulong first)
    {
        ulong most = first = 0, last = _rules.Window.Last.Value / 4096, step = Math.Max(4096, Math.Max(_rules.Alignment, Math.Min(_rules.SegmentBoundaryMask, 65535) + 1)) / 4096;
        for (ulong at = Math.Max(step, (_rules.Window.First.Value / 4096 + step - 1) / step * step); at <= last && most < wanted; at += step)
        {
            ulong room = 0;
            while (room < wanted && at + room <= last && !_table.ContainsKey(at + room)) room++;
            if (room > most) (most, first) = (room, at);
        }

        return most;
    }

    private (ulong First, ulong Granules, long Length) Live(MappingToken token)
        => _live.TryGetValue(token, out (ulong, ulong, long) mapping) ? mapping : throw new ArgumentException($"{token} is not live.", nameof(token));

    private static ulong Granules(long offset, long length) => (ulong)(((offset % 4096) + length + 4095) / 4096);

    private static int FrameAt(scoped in PfnView view, long offset) => offset >= 0 && offset < view.Length ? view.FrameIndexAt(offset) : -1;
}
