using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <content>What will come of mapping, as far as that follows from the rules.</content>
internal sealed partial class TracePlayer
{
    /// <summary>From so many granules on, mappings have tables of their own: they are invalidated at once, and IOVAs are chosen by their frames.</summary>
    private const int LargeGranules = 512;

    private readonly List<(ulong Address, long Length)> _reached = [];

    private TraceForecast Foresee(TraceStand stand, ModelView view, DmaDirection direction, MapOptions options, int room)
        => stand.IsTranslated ? ForeseeTranslated(stand, view, options, room) : stand.Bounces ? ForeseeBounced(stand, view, direction, options, room) : ForeseeDirect(stand, view, options, room);

    /// <summary>Bus addresses: segments of the frames where they are.</summary>
    private TraceForecast ForeseeDirect(TraceStand stand, ModelView view, MapOptions options, int room)
    {
        bool isWhole = ListReached(stand, view, out bool isFirstReached);
        DmaConstraints rules = stand.Rules;
        if ((options & MapOptions.Prefix) != 0) return ForeseePrefix(rules, room, isFirstReached);
        int needed = NaiveCuts.Fewest(_reached, rules);
        if (!isWhole)
        {
            // Where rules forbid it besides, either reason is one.
            return TraceForecast.Of(MapStatus.UnreachableFrame).OrIf(NaiveCuts.Fewest(_pieces, rules with { Window = default }) == NaiveCuts.Impossible, MapStatus.Unaligned);
        }

        return Cut(rules, needed, view.Length, room);
    }

    /// <summary>IOVAs that follow each other.</summary>
    private TraceForecast ForeseeTranslated(TraceStand stand, ModelView view, MapOptions options, int room)
    {
        DmaConstraints rules = stand.Rules with { Window = default };
        bool prefix = (options & MapOptions.Prefix) != 0;
        bool isBare = stand.IsConfined && !view.IsWhole;
        long reached = ReachedLength(stand, view);
        TraceForecast forecast;
        if (reached == 0 || (reached < view.Length && !prefix))
        {
            forecast = TraceForecast.Of(MapStatus.UnreachableFrame);
            return isBare ? TraceForecast.Of(MapStatus.Unaligned).Or(MapStatus.UnreachableFrame) : forecast;
        }

        if (isBare) return TraceForecast.Of(MapStatus.Unaligned);
        _pieces.Clear();
        _pieces.Add(((ulong)view.InGranule, reached));
        if (prefix)
        {
            _reached.Clear();
            _reached.AddRange(_pieces);
            forecast = ForeseePrefix(rules, room, isFirstReached: true);

            // Of a granule that a prefix ends in, who is not trusted would reach the rest.
            if (stand.IsConfined && forecast.Count >= 0) forecast = new TraceForecast { Count = -1, Length = -1 }.Or(MapStatus.Mapped).OrIf(forecast.Length < TraceMemory.Frame || forecast.Length < view.Length, MapStatus.Unaligned).OrIf(room < MostSegments, MapStatus.SpanTooShort);
        }
        else
        {
            forecast = Cut(rules, NaiveCuts.Fewest(_pieces, rules), view.Length, room);
        }

        // Where the block is chosen by the frames, a boundary may cut elsewhere.
        bool isLed = rules.SegmentBoundaryMask != 0 && view.Granules >= LargeGranules && (view.IsSummarised || view.Page == PageSize.Size2M);
        return isLed ? (forecast with { Count = -1, Length = -1 }).Or(MapStatus.Mapped).Or(MapStatus.TooManySegments).Or(MapStatus.SpanTooShort) : forecast;
    }

    /// <summary>Bus addresses, and copies of what is out of reach.</summary>
    private TraceForecast ForeseeBounced(TraceStand stand, ModelView view, DmaDirection direction, MapOptions options, int room)
    {
        bool isWhole = ListReached(stand, view, out bool isFirstReached);
        bool writes = (direction & DmaDirection.FromDevice) != 0, prefix = (options & MapOptions.Prefix) != 0;
        DmaConstraints rules = stand.Rules;
        int needed = isWhole ? NaiveCuts.Fewest(_reached, rules) : NaiveCuts.Impossible;
        bool fits = isWhole && needed != NaiveCuts.Impossible && (rules.MaxSegmentCount == 0 || needed <= rules.MaxSegmentCount);
        if ((options & MapOptions.ZeroCopy) != 0) return ForeseeDirect(stand, view, options, room);
        if (!stand.CopiesAll && fits && !prefix) return Cut(rules, needed, view.Length, room);
        if (!stand.CopiesAll && fits && needed <= room) return TraceForecast.Of(MapStatus.Mapped, needed, view.Length);

        bool all = stand.CopiesAll || !stand.IsPlain;
        (int slots, bool diverges, bool hasNoPages) = LookAtCopies(stand, view, writes, all);
        int free = _slots.Length - _slotsHeld;
        TraceForecast forecast = TraceForecast.Of(MapStatus.Mapped)
            .OrIf(diverges, MapStatus.WouldDiverge)
            .OrIf(all ? slots > 0 : slots > free, MapStatus.NoBounceSpace)
            .OrIf(hasNoPages || (all && !isWhole && !stand.CopiesAll), MapStatus.UnreachableFrame)
            .OrIf(!stand.IsPlain, MapStatus.TooManySegments)
            .OrIf(!stand.IsPlain || (prefix && room == 0), MapStatus.Unaligned)
            .OrIf(!stand.IsPlain || room < view.Granules, MapStatus.SpanTooShort);

        // Where nothing but reach counts, each of these would hold it up; a prefix may end before.
        bool mustFail = !prefix && stand.IsPlain && (slots > free || hasNoPages || diverges);
        if (mustFail) forecast = forecast.Without(MapStatus.Mapped);
        return forecast;
    }

    /// <summary>What copying a view, or what of it is out of reach, takes and meets.</summary>
    private (int Slots, bool Diverges, bool HasNoPages) LookAtCopies(TraceStand stand, ModelView view, bool writes, bool all)
    {
        int slots = 0;
        bool diverges = false, hasNoPages = false;
        for (long at = 0; at < view.Length;)
        {
            ulong address = view.AddressAt(at);
            int count = (int)Math.Min(view.Length - at, TraceMemory.Frame - (long)(address % TraceMemory.Frame));
            bool mustCopy = all || stand.ReachOf(address, count, out bool isReached) < count || !isReached;
            if (mustCopy)
            {
                var copy = new ModelCopy(at, TraceMemory.IndexOf(address), -1, count);
                slots++;
                hasNoPages |= TraceMemory.AreaAt(address) == TraceMemory.Mmio;
                diverges = diverges || FindCopy(copy.Home, count, writes) is not null || (writes && HoldsTwice(view, copy));
            }

            at += count;
        }

        return (slots, diverges, hasNoPages);
    }

    private static TraceForecast Cut(in DmaConstraints rules, int needed, long length, int room)
        => needed == NaiveCuts.Impossible ? TraceForecast.Of(MapStatus.Unaligned)
        : rules.MaxSegmentCount != 0 && needed > rules.MaxSegmentCount ? TraceForecast.Of(MapStatus.TooManySegments)
        : needed > room ? TraceForecast.Of(MapStatus.SpanTooShort)
        : TraceForecast.Of(MapStatus.Mapped, needed, length);

    /// <summary>The longest prefix of what is listed as reached.</summary>
    private TraceForecast ForeseePrefix(in DmaConstraints rules, int room, bool isFirstReached)
    {
        int slots = rules.MaxSegmentCount == 0 ? room : Math.Min(room, rules.MaxSegmentCount);
        long longest = NaiveCuts.LongestPrefix(_reached, rules, slots);
        if (longest == 0)
        {
            if (!isFirstReached) return TraceForecast.Of(MapStatus.UnreachableFrame).OrIf(room == 0, MapStatus.SpanTooShort).Or(MapStatus.Unaligned);
            if (NaiveCuts.LongestPrefix(_reached, rules, 1) > 0) return TraceForecast.Of(MapStatus.SpanTooShort);
            return TraceForecast.Of(MapStatus.Unaligned).Or(MapStatus.UnreachableFrame).OrIf(room == 0, MapStatus.SpanTooShort);
        }

        // As few segments as that prefix can be cut into.
        long left = longest;
        for (int i = 0; i < _reached.Count; i++)
        {
            if (left < _reached[i].Length)
            {
                _reached[i] = (_reached[i].Address, left);
                _reached.RemoveRange(i + (left > 0 ? 1 : 0), _reached.Count - i - (left > 0 ? 1 : 0));
                break;
            }

            left -= _reached[i].Length;
        }

        return TraceForecast.Of(MapStatus.Mapped, NaiveCuts.Fewest(_reached, rules), longest);
    }

    /// <summary>Lists where a device without an IOMMU sees a view, up to the first byte out of reach, and all of it.</summary>
    /// <returns>Whether all is within reach.</returns>
    private bool ListReached(TraceStand stand, ModelView view, out bool isFirstReached)
    {
        _reached.Clear();
        _pieces.Clear();
        isFirstReached = stand.TryBus(view.AddressAt(0), out _);
        bool isWhole = true;
        for (long at = 0; at < view.Length; at += view.InFrameFrom(at))
        {
            (ulong address, long count) = (view.AddressAt(at), view.InFrameFrom(at));
            long within = stand.ReachOf(address, count, out bool isReached);
            _pieces.Add((address + (ulong)stand.BusOffset, count));
            if (isWhole && isReached) _reached.Add((address + (ulong)stand.BusOffset, within));
            isWhole &= isReached && within == count;
        }

        return isWhole;
    }

    /// <summary>Bytes before the first frame that no table entry can name.</summary>
    private static long ReachedLength(TraceStand stand, ModelView view)
    {
        for (long at = 0; at < view.Length; at += view.InFrameFrom(at))
        {
            if (view.AddressAt(at) >> stand.OutputBits != 0) return at;
        }

        return view.Length;
    }

    /// <summary>Whether a shortage that no rule foresees is one.</summary>
    private bool IsShort(TraceStand stand, ModelView view, MapOptions options, MapStatus status) => stand.IsTranslated && status switch
    {
        MapStatus.NoIovaSpace => !HasRoomFor(stand, (options & MapOptions.Prefix) != 0 ? view.Slice(0, ShortestPrefix(stand, view)) : view),
        MapStatus.NoTableMemory => IsShortOfTables(view.Granules),
        _ => false,
    };

    /// <summary>Bytes that any prefix has: a multiple of the granularity, and of a granule too where the device must not reach what follows.</summary>
    private static long ShortestPrefix(TraceStand stand, ModelView view)
    {
        long granularity = stand.Rules.Granularity, common = Math.Min(granularity & -granularity, TraceMemory.Frame);
        return Math.Min(view.Length, stand.IsConfined ? TraceMemory.Frame / common * granularity : granularity);
    }

    private bool IsShortOfTables(long granules) => _machine.Tables.FreeFrames < (granules / LargeGranules) + 8;

    private bool HasRoomFor(TraceStand stand, ModelView view) => HasRoomFor(stand, view.Granules, view.Granules >= LargeGranules);

    /// <summary>Whether a block for so many granules is free, whatever its place.</summary>
    private bool HasRoomFor(TraceStand stand, long granules, bool mayBeLed)
    {
        ulong size = 1;
        while (size < (ulong)granules) size *= 2;
        if (mayBeLed) size *= 2;
        ulong least = Math.Max(stand.Rules.Alignment, stand.Rules.OffsetPreservingMask + 1) / TraceMemory.Frame;
        size = Math.Max(size, least);
        ulong first = stand.FirstIova / size * size;
        if (stand.LastIova - stand.FirstIova > 1 << 20) return true;
        for (ulong block = first; block <= stand.LastIova; block += size)
        {
            if (stand.MayHave(block, size) && !IsTaken(stand, block, size, Math.Max(1, least))) return true;
        }

        return false;
    }

    private bool IsTaken(TraceStand stand, ulong block, ulong size, ulong least)
    {
        foreach (ModelReach reach in stand.Live)
        {
            if (Meets(reach.RoomFirst, reach.RoomCount)) return true;
        }

        return _reservations.Any(one => one is not null && one.Stand == stand && Meets(one.First, one.Count));

        // What is mapped takes a block of a power of two, aligned to its size.
        bool Meets(ulong first, ulong count)
        {
            ulong taken = least;
            while (first / taken != (first + count - 1) / taken) taken *= 2;
            ulong from = first / taken * taken;
            return from < block + size && block < from + taken;
        }
    }
}
