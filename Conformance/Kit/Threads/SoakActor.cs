using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>One soaking thread: frames of its own, everything else shared. Each step leaves nothing behind.</summary>
internal sealed class SoakActor
{
    private const int Frames = 6;

    private readonly SoakWorld _world;
    private readonly Pfn[] _homes = new Pfn[Frames];
    private readonly byte[] _bytes = new byte[Frames * 4096];
    private readonly byte[] _seen = new byte[Frames * 4096];
    private readonly DmaSegment[] _segments = new DmaSegment[2 * Frames];
    private readonly string _name;
    private SpyRandom _random;

    internal SoakActor(SoakWorld world, int number, ulong seed)
    {
        _world = world;
        _name = FormattableString.Invariant($"device {number}");
        _random = new SpyRandom(OrderSeed.Next(seed + ((ulong)number << 32)));
        if (!world.Machine.Frames.TryAllocate(_homes, PageSize.Size4K, default)) throw new InvalidOperationException("No frames for homes.");
    }

    /// <summary>What it is doing.</summary>
    internal string Now { get; private set; } = string.Empty;

    /// <summary>Does one thing.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    internal string? Step()
    {
        int what = _random.Below(20);
        switch (what)
        {
            case 0: return Trim();
            case 1: return Dispose();
            case 2 or 3 or 4: return Share();
            case 5 or 6 or 7: return Reserve();
            default: return Map();
        }
    }

    internal void End() => _world.Machine.Frames.Free(_homes, PageSize.Size4K);

    private string? Trim()
    {
        Now = "trims";
        _world.Domain.Trim();
        _world.Confined.Trim();
        _world.Pool.Trim();
        return null;
    }

    /// <summary>A pool and a domain of its own, over the shared allocator and hardware.</summary>
    private string? Dispose()
    {
        Now = "makes and disposes";
        using var domain = new IommuDomain(_world.Machine, _world.Machine.Frames, _world.Iommu, new DmaWindow(new DmaAddress(0x1000), new DmaAddress(0xF_FFFF)));
        using var pool = new BouncePool(_world.Machine, _world.Machine.Frames, 2 << 12);
        var mapper = new BounceMapper(new IommuMapper(new DmaDevice(_name, default), domain), pool, BounceMode.Everything);
        MapResult result = mapper.Map(new PfnView(_homes.AsSpan(0, 1), PageSize.Size4K), DmaDirection.ToDevice, _segments, MapOptions.None);
        if (!result.IsMapped) return $"{Now}: {result}";
        mapper.Unmap(result.Token);
        return null;
    }

    private string? Map()
    {
        int which = _random.Below(_world.Mappers.Length);
        Now = $"maps through mapper {which}";
        IDmaMapper mapper = _world.Mappers[which];
        var direction = (DmaDirection)(1 + _random.Below(3));
        PfnView view = View();
        Fill(view);
        MapResult result = mapper.Map(view, direction, _segments, MapOptions.None);
        return result.IsMapped ? Use(mapper, result, view, direction, which, which == 3) : Expected(result);
    }

    private string? Reserve()
    {
        int which = _random.Below(2);
        Now = $"reserves through mapper {which}";
        var mapper = (IReservingMapper)_world.Mappers[which];
        PfnView view = View();
        Fill(view);
        ReserveResult reserved = mapper.Reserve(view.Offset + view.Length, 2);
        if (!reserved.IsReserved) return null;
        var direction = (DmaDirection)(1 + _random.Below(3));
        if (_random.OneIn(2))
        {
            MapResult mapped = mapper.Map(view, direction, _segments, MapOptions.None, reserved.Reservation);
            if (mapped.IsMapped) return Use(mapper, mapped, view, direction, which, false);
            mapper.Release(reserved.Reservation);
            return Expected(mapped);
        }

        long at = view.Offset;
        MapResult linked = mapper.Link(reserved.Reservation, at, view, direction, MapOptions.None);
        if (!linked.IsMapped)
        {
            mapper.Release(reserved.Reservation);
            return Expected(linked);
        }

        mapper.Sync(reserved.Reservation);
        MapResult segments = mapper.Segments(reserved.Reservation, at, view.Length, _segments);
        string? wrong = segments.IsMapped ? Transfer(segments, view, direction, which) : segments.ToString();
        mapper.Unlink(reserved.Reservation, at, view.Length);
        mapper.Release(reserved.Reservation);
        return wrong ?? Compare(view, "what is home after unlinking") ?? Unreached(segments, which);
    }

    /// <summary>Attaches a device of its own to the shared buffer, maps, and detaches.</summary>
    private string? Share()
    {
        Now = "shares";
        var mapper = new DirectMapper(new DmaDevice(_name, default));
        AttachResult attached = _world.Shared.Attach(mapper);
        if (!attached.IsAttached) return attached.ToString();
        using Attachment attachment = attached.Attachment!;
        SharedMapResult result = attachment.Map(_random.Below(4096), 1 + _random.Below(4096), DmaDirection.ToDevice, _segments);
        if (_world.Shared.RecalculateConstraints() != DmaConstraints.None) return "devices without limits have limits together";
        if (!result.IsMapped) return $"{Now}: {result}";
        attachment.Unmap(result.Mapping.Token);
        return null;
    }

    private PfnView View()
    {
        int first = _random.Below(Frames), frames = 1 + _random.Below(Frames - first);
        long offset = _random.OneIn(2) ? 0 : _random.Below(4096);
        long length = (frames * 4096L) - offset;
        if (_random.OneIn(2)) length = 1 + (long)(_random.Next() % (ulong)length);
        return new PfnView(_homes.AsSpan(first, frames), PageSize.Size4K, offset, length);
    }

    private void Fill(scoped in PfnView view)
    {
        Span<byte> bytes = _bytes.AsSpan(0, (int)view.Length);
        _random.Fill(bytes);
        _world.Machine.Write(view, 0, bytes);
    }

    private string? Use(IDmaMapper mapper, in MapResult result, scoped in PfnView view, DmaDirection direction, int port, bool isLazy)
    {
        string? wrong = Transfer(result, view, direction, port);
        mapper.Unmap(result.Token);
        wrong ??= Compare(view, "what is home after unmapping");
        return wrong ?? (isLazy ? null : Unreached(result, port));
    }

    /// <summary>The device reads what is there, and writes something else.</summary>
    private string? Transfer(in MapResult result, scoped in PfnView view, DmaDirection direction, int port)
    {
        Span<byte> bytes = _bytes.AsSpan(0, (int)view.Length);
        int at = 0;
        bool reads = direction != DmaDirection.FromDevice, writes = direction != DmaDirection.ToDevice;
        if (writes && !reads) _random.Fill(bytes);
        for (int i = 0; i < result.SegmentCount; at += (int)_segments[i].Length, i++)
        {
            int length = (int)_segments[i].Length;
            Span<byte> here = bytes.Slice(at, length), seen = _seen.AsSpan(0, length);
            if (reads)
            {
                if (!_world.Ports[port].TryRead(_segments[i].Address, seen, out DmaFault fault)) return $"{Now}: {fault}";
                if (!seen.SequenceEqual(here)) return $"{Now}: the device read other bytes than are home";
            }

            if (!writes) continue;
            if (reads) _random.Fill(here);
            if (!_world.Ports[port].TryWrite(_segments[i].Address, here, out DmaFault refused)) return $"{Now}: {refused}";
        }

        return at == bytes.Length ? null : $"{Now}: segments of {at} bytes for {bytes.Length}";
    }

    private string? Compare(scoped in PfnView view, string what)
    {
        Span<byte> seen = _seen.AsSpan(0, (int)view.Length);
        _world.Machine.Read(view, 0, seen);
        return seen.SequenceEqual(_bytes.AsSpan(0, seen.Length)) ? null : $"{Now}: {what} is not what it must be";
    }

    /// <summary>Nobody reaches what is unmapped, unless it is somebody's again by now: then it is not these bytes.</summary>
    private string? Unreached(in MapResult result, int port)
    {
        if (port == 2 || result.SegmentCount == 0 || _segments[0].Length < 16) return null;
        Span<byte> seen = _seen.AsSpan(0, 16);
        bool reached = _world.Ports[port].TryRead(_segments[0].Address, seen, out _);
        return reached && seen.SequenceEqual(_bytes.AsSpan(0, 16)) && seen.ToArray().Any(one => one != 0) ? $"{Now}: the device still reads what was unmapped" : null;
    }

    /// <summary>Shortages there are where many want the same; nothing else.</summary>
    private string? Expected(in MapResult result)
        => result.Status is MapStatus.NoIovaSpace or MapStatus.NoBounceSpace or MapStatus.NoTableMemory ? null : $"{Now}: {result}";
}
