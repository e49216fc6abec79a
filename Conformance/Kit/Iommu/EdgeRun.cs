using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A script played in two machines at once.</summary>
internal sealed class EdgeRun
{
    private const int Granule = 4096;

    private readonly EdgeScript _script;
    private readonly EdgeWorld _linked;
    private readonly EdgeWorld _mapped;
    private readonly IReservingMapper _mapper;
    private readonly BounceMapper _oneStep;
    private readonly SortedSet<ulong> _frames = [];
    private readonly SortedDictionary<long, Live> _live = [];
    private IovaReservation _room;

    internal EdgeRun(EdgeScript script, EdgeLaws.Make make)
    {
        _script = script;
        _linked = new EdgeWorld(script.MostEdges);
        _mapped = new EdgeWorld(script.MostEdges);
        _mapper = make(_linked.Inner, _linked.Pool);
        _oneStep = new BounceMapper(_mapped.Inner, _mapped.Pool, BounceMode.PartialFrames);
        foreach (EdgeStep step in script.Steps.Where(step => step.Action == EdgeAction.Link))
        {
            foreach ((_, ulong address, _) in step.Home.Pieces()) _frames.Add(address & ~4095ul);
        }

        foreach (ulong frame in _frames)
        {
            Fill(_linked.Frame(frame), (int)(frame >> 12));
            Fill(_mapped.Frame(frame), (int)(frame >> 12));
        }
    }

    internal string? Violation()
    {
        var start = _linked.State();
        ReserveResult reserved = _mapper.Reserve(_script.Granules * (long)Granule, _script.MostEdges);
        if (!reserved.IsReserved) return $"reserving: {reserved}";
        _room = reserved.Reservation;
        for (int i = 0; i < _script.Steps.Length; i++)
        {
            EdgeStep step = _script.Steps[i];
            if ((Play(step, i) ?? Differs()) is { } wrong) return $"step {i}, {step}: {wrong}";
        }

        _mapper.Release(_room);
        foreach (Live live in _live.Values) _oneStep.Unmap(live.Token);
        _live.Clear();
        if (Differs() is { } left) return $"released: {left}";
        if (_linked.State() != start) return $"at the end there is {_linked.State()}, at the start there was {start}";
        _linked.Dispose();
        return null;
    }

    private string? Play(EdgeStep step, int number)
    {
        if (step.Action == EdgeAction.Link) return Link(step);
        if (_live.Count == 0) return null;
        Live[] all = [.. _live.Values];
        int index = step.Which % all.Length;
        Live live = all[index];
        (long from, long length) = step.Of(live.Length);
        switch (step.Action)
        {
            case EdgeAction.Unlink:
                Unlink(all, index, step.Several);
                return null;
            case EdgeAction.Cut:
                return length == live.Length || Throws(() => _mapper.Unlink(_room, live.Offset + from, length)) ? null : "a part of a link was unlinked";
            case EdgeAction.DeviceWrites:
                (from, length) = step.Of(live.Granules * (long)Granule);
                var bytes = new byte[Math.Min(length, 3 * Granule)];
                Fill(bytes, number + 77);
                bool wrote = _linked.Port.TryWrite(_room.Address + (live.First + from), bytes, out _);
                return wrote == _mapped.Port.TryWrite(live.Twin + from, bytes, out _) ? null : $"the device {(wrote ? "could" : "could not")} write from {from}";
            case EdgeAction.CpuWrites:
                CpuWrites(live, from, length, (byte)number);
                return null;
            case EdgeAction.SyncForCpu:
                _mapper.SyncForCpu(_room, live.Offset + from, length);
                _oneStep.SyncForCpu(live.Token, from, length);
                return null;
            default:
                _mapper.SyncForDevice(_room, live.Offset + from, length);
                _oneStep.SyncForDevice(live.Token, from, length);
                return null;
        }
    }

    private string? Link(EdgeStep step)
    {
        long offset = (step.At * (long)Granule) + (step.Home.Offset % Granule);
        int granules = (int)(((step.Home.Offset % Granule) + step.Home.Length + Granule - 1) / Granule);
        bool fits = offset + step.Home.Length <= _room.Length;
        bool overlaps = _live.Values.Any(other => other.First < (step.At + granules) * (long)Granule && step.At * (long)Granule < other.First + (other.Granules * (long)Granule));
        if (!fits || overlaps)
        {
            // What would diverge may be refused for that first.
            bool taken = false;
            bool threw = Throws(() => taken = _mapper.Link(_room, offset, step.Home.View, step.Direction, MapOptions.None).IsMapped);
            return threw || (!taken && fits) ? null : $"it was taken, {(fits ? "over others" : "outside the reservation")}";
        }

        var segments = new DmaSegment[1];
        MapResult linked = _mapper.Link(_room, offset, step.Home.View, step.Direction, MapOptions.None);
        MapResult mapped = _oneStep.Map(step.Home.View, step.Direction, segments, MapOptions.None);
        if (linked.Status != mapped.Status) return $"{linked}, and mapped it is {mapped}";
        if (!linked.IsMapped) return null;
        if (linked.BouncedBytes != mapped.BouncedBytes) return $"{linked.BouncedBytes} bytes are copied, and mapped {mapped.BouncedBytes}";
        _mapper.Sync(_room);
        _live.Add(offset, new Live(step.Home, offset, granules, mapped.Token, new DmaAddress(segments[0].Address.Value & ~4095ul)));
        return null;
    }

    private void Unlink(Live[] all, int first, int several)
    {
        int last = first;
        while (last + 1 < all.Length && last - first + 1 < several && all[last + 1].First == all[last].First + (all[last].Granules * (long)Granule)) last++;
        _mapper.Unlink(_room, all[first].Offset, all[last].Offset + all[last].Length - all[first].Offset);
        for (int i = first; i <= last; i++)
        {
            _oneStep.Unmap(all[i].Token);
            _live.Remove(all[i].Offset);
        }
    }

    private void CpuWrites(Live live, long from, long length, byte mark)
    {
        foreach ((long at, ulong address, int bytes) in live.Home.Pieces())
        {
            long begin = Math.Max(at, from), end = Math.Min(at + bytes, from + Math.Min(length, 3 * Granule));
            for (long i = begin; i < end; i++)
            {
                int inFrame = (int)((address + (ulong)(i - at)) & 4095);
                _linked.Frame(address)[inFrame] = _mapped.Frame(address)[inFrame] = (byte)(mark + i);
            }
        }
    }

    /// <summary>How the two machines differ in what the device reaches, or in what is home.</summary>
    private string? Differs()
    {
        foreach (ulong frame in _frames)
        {
            if (!_linked.Frame(frame).SequenceEqual(_mapped.Frame(frame))) return $"the frame at {frame:x} has other bytes at home";
        }

        byte[] one = new byte[Granule], other = new byte[Granule];
        foreach (Live live in _live.Values)
        {
            for (int i = 0; i < live.Granules; i += i < 2 || i >= live.Granules - 3 ? 1 : Math.Max(1, (live.Granules - 5) / 4))
            {
                bool reads = _linked.Port.TryRead(_room.Address + (live.First + (i * (long)Granule)), one, out _);
                if (reads != _mapped.Port.TryRead(live.Twin + (i * (long)Granule), other, out _)) return $"granule {i} of the link at {live.Offset} {(reads ? "is read" : "faults")}";
                if (reads && !one.AsSpan().SequenceEqual(other)) return $"granule {i} of the link at {live.Offset} has other bytes";
            }
        }

        long expected = _live.Values.Sum(live => live.Granules * (long)Granule);
        long reached = _linked.Pages().Sum(page => page.Bytes);
        if (reached != expected) return $"{expected} bytes of granules are linked, {reached} are reached";
        return null;
    }

    private static void Fill(Span<byte> bytes, int salt)
    {
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(1 + (((salt * 37) + (i * 11) + (i >> 8)) % 250));
    }

    private static bool Throws(Action code)
    {
        try
        {
            code();
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <summary>A live link, and the mapping that is its twin.</summary>
    private sealed record Live(MappedView Home, long Offset, int Granules, MappingToken Token, DmaAddress Twin)
    {
        internal long Length => Home.Length;

        /// <summary>Offset in the reservation of its first granule.</summary>
        internal long First => Offset / Granule * Granule;
    }
}
