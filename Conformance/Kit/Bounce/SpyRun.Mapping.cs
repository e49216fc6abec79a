using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <content>Mapping and unmapping.</content>
internal sealed partial class SpyRun
{
    private const int MostSegments = 64;

    private static readonly DmaDirection[] Directions = [DmaDirection.ToDevice, DmaDirection.FromDevice, DmaDirection.Bidirectional];

    private readonly SpyView _view = new();
    private readonly DmaSegment[] _segments = new DmaSegment[MostSegments];
    private readonly bool[] _must = new bool[64];
    private readonly bool[] _all = [.. Enumerable.Repeat(true, 64)];

    /// <summary>The mapping that is being ended.</summary>
    private SpyMapping? _leaving;
    private SpyRandom _last;

    private void Map(ref SpyRandom random)
    {
        int number = random.Below(_world.Stands.Length);
        SpyStand stand = _world.Stands[number];
        DmaDirection direction = Directions[random.Below(3)];
        MapOptions options = (random.OneIn(6) ? MapOptions.Prefix : 0) | (random.OneIn(16) ? MapOptions.ZeroCopy : 0) | (random.OneIn(4) ? MapOptions.TakesTurns : 0);
        _view.Draw(ref random, _memory, _thread, _world.Threads);
        int room = random.OneIn(24) ? 1 : MostSegments;
        bool plans = random.OneIn(12);
        if (Log is not null) _doing = $"map for {stand.Name} {direction} {options}, {room} segments: {_view}";

        MapPlan plan = plans ? stand.Mapper.Plan(_view.View, direction, options) : default;
        if (plans && !IsShared) RequireFree("after a plan");
        for (int i = 0; i < _view.Pieces.Count; i++) _must[i] = (options & MapOptions.ZeroCopy) == 0 && stand.MustCopy(_memory, _view.Pieces[i]);
        MapResult result = stand.Mapper.Map(_view.View, direction, _segments.AsSpan(0, room), options);
        if (Log is not null) _doing += $": {result}";
        if (plans && stand.IsPlain && !IsShared && room == MostSegments)
            Require(plan.Succeeds == result.IsMapped && (!result.IsMapped || (plan.Length, plan.BouncedBytes) == (result.Length, result.BouncedBytes)), $"the plan was {plan}, and mapping gave {result}");

        if (result.IsMapped)
        {
            Accept(ref random, number, direction, options, room, result);
        }
        else
        {
            if (result.Status == MapStatus.WouldDiverge) _tally.Divergences++;
            else _tally.Refusals++;
            if (WrongRefusal(stand, direction, options, room, result.Status) is { } wrong) throw new LawViolatedException($"{result} for {stand.Name} {direction} {options}, {_view}: {wrong}");
            foreach (SpyPiece piece in _view.Pieces) Compare(piece.HomeFrame, "after a refusal, the home");
        }

        if (!IsShared) RequireFree("after mapping");
    }

    /// <summary>Why a view should not have been refused so; null where it should.</summary>
    private string? WrongRefusal(SpyStand stand, DmaDirection direction, MapOptions options, int room, MapStatus status)
    {
        List<SpyPiece> pieces = _view.Pieces;
        (bool writes, bool turns) = ((direction & DmaDirection.FromDevice) != 0, (options & MapOptions.TakesTurns) != 0);
        (bool zeroCopy, bool prefix, bool isShort) = ((options & MapOptions.ZeroCopy) != 0, (options & MapOptions.Prefix) != 0, room == 1);
        ulong first = _memory.AddressOf(pieces[0].Home);
        bool isReachable = pieces.TrueForAll(piece => stand.Reaches(_memory.AddressOf(piece.Home), piece.Length));
        if (!isShort && stand.FitsInPlace(_memory, pieces)) return "it fits where it stands";
        if (zeroCopy)
        {
            bool fits = stand.IsPlain && !isShort && isReachable && (!stand.IsConfined || pieces.TrueForAll(piece => piece.IsWhole));
            if (stand.IsPlain && !isShort && prefix && !stand.IsConfined) fits = stand.Reaches(first, 1);
            if (fits) return "it needs no copy";
            if (status == MapStatus.SpanTooShort && isShort) return null;
            return status is MapStatus.UnreachableFrame or MapStatus.Unaligned or MapStatus.TooManySegments ? null : "that is not why it cannot do without copies";
        }

        // Where segment rules may bring everything together, everything may be copied. Of a prefix only the first frame must be served.
        bool[] copied = stand.IsPlain && !isShort ? _must : _all;
        int looked = prefix && stand.IsPlain && !isShort ? 1 : pieces.Count;
        if (looked == 1 && prefix && (!_must[0] || (stand.Mode == BounceMode.WhatMust && stand.Reaches(first, 1)))) return "a prefix of it needs no copy";
        int needs = 0;
        bool diverges = false, hasNoPages = false;
        for (int i = 0; i < looked; i++)
        {
            if (writes && SpyCopies.DivergesFromItself(pieces, i, copied)) diverges = true;
            if (!copied[i]) continue;
            needs++;
            diverges |= _copies.FindConflict(pieces[i], writes, turns) is not null;
            hasNoPages |= _memory.AreaOf(pieces[i].Home) == SpyArea.Mmio;
        }

        long free = _world.Pool.Capacity - ((long)_slotsHeld * SpyMemory.Frame);
        return status switch
        {
            MapStatus.WouldDiverge => diverges ? null : "no live copy of its bytes would diverge",
            MapStatus.NoBounceSpace => (IsShared || !stand.IsPlain ? needs > 0 : needs * SpyMemory.Frame > free) ? null : $"{needs} slots are needed, and {free} bytes are free",
            MapStatus.UnreachableFrame => hasNoPages || (!stand.IsPlain && !isReachable) ? null : "every frame can be reached or copied",
            MapStatus.SpanTooShort => isShort ? null : "there was room for more segments than can be needed",
            MapStatus.TooManySegments => stand.IsPlain ? "any number of segments is taken" : null,
            MapStatus.Unaligned => stand.IsPlain && !(isShort && stand.IsConfined) ? "nothing need be aligned" : null,
            _ => "there is no lack of that",
        };
    }

    /// <summary>Finds out what a device reaches of a mapping, holds it to the law, and brings the model to where it should be.</summary>
    private void Accept(ref SpyRandom random, int number, DmaDirection direction, MapOptions options, int room, in MapResult result)
    {
        SpyStand stand = _world.Stands[number];
        int length = (int)result.Length;
        Require(!_isTrial, "mapping returns, and the slots are not filled");
        _tally.Mappings++;
        bool isPrefix = (options & MapOptions.Prefix) != 0 && length < _view.Length;
        if (isPrefix) _tally.Prefixes++;
        Require(length >= 1 && (length == _view.Length || isPrefix), $"{length} of {_view.Length} bytes are mapped");
        long told = 0;
        for (int i = 0; i < result.SegmentCount; i++) told += _segments[i].Length;
        Require(told == length && result.SegmentCount <= stand.MostSegments, $"{result.SegmentCount} segments of {told} bytes for {length} bytes");

        var mapping = new SpyMapping(stand, result.Token, direction, options, length);
        bool fits = stand.FitsInPlace(_memory, _view.Pieces);
        _view.List(_memory, length, mapping.Pieces);
        _live.Add(mapping);
        int copies = 0;
        long bounced = 0;
        for (int i = 0; i < mapping.Pieces.Count; i++)
        {
            SpyPiece piece = mapping.Pieces[i] = Locate(mapping, mapping.Pieces[i]);
            if (!piece.IsCopy)
            {
                Require(!stand.IsConfined || piece.IsWhole, $"{stand.Name} reaches more of the frame of byte {piece.At} than is mapped");
                Require(stand.Reaches(_memory.AddressOf(piece.Home), piece.Length), $"byte {piece.At} is left out of reach");
                continue;
            }

            copies++;
            bounced += piece.Length;
            int slot = piece.Place / SpyMemory.Frame;
            Require(_world.TryClaim(slot), $"slot {slot} is handed out twice");
            _slotsHeld++;
            _tally.Slots++;
            if (_copies.FindConflict(piece, mapping.DeviceWrites, mapping.TakesTurns) is { } other) throw new LawViolatedException($"{mapping} has a copy that diverges from one of {other}: no WouldDiverge");
            Clear(_model.AsSpan(piece.PlaceFrame, SpyMemory.Frame));
            _model.AsSpan(piece.Home, piece.Length).CopyTo(_model.AsSpan(piece.Place));
        }

        foreach (SpyPiece piece in mapping.Pieces)
        {
            if (piece.IsCopy) _copies.Add(mapping, piece);
        }

        Require(result.BouncedBytes == bounced, $"{bounced} bytes are copies, and the result says {result.BouncedBytes}");
        if (stand.KeptBits != 0) RequireKeptBits(mapping, result.SegmentCount);
        RequireNoneTwice(mapping);
        RequireOnlyWhatMust(mapping, options, copies, room, fits);
        Compare(mapping);
        if (stand.IsConfined) Surround(ref random, mapping, _reach[number]);
    }

    /// <summary>Where a device's accesses to the bytes of a piece lead.</summary>
    private SpyPiece Locate(SpyMapping mapping, in SpyPiece piece)
    {
        int segment = 0;
        long before = 0;
        while (before + _segments[segment].Length <= piece.At) before += _segments[segment++].Length;
        ulong bus = _segments[segment].Address.Value + (ulong)(piece.At - before);
        for (long end = before + _segments[segment].Length; end < piece.At + piece.Length; end += _segments[segment].Length)
        {
            segment++;
            Require(_segments[segment].Address.Value == bus + (ulong)(end - piece.At), $"the bytes from {piece.At} on of {mapping} are torn apart");
        }

        // A device that may only write writes what is there: the byte at home, which its copy must have too.
        Span<byte> one = [_real[piece.Home]];
        DmaFault fault;
        bool reached = mapping.Stand.MayRead(mapping.Direction)
            ? mapping.Stand.Port.TryRead(new DmaAddress(bus), one, out fault)
            : mapping.Stand.Port.TryWrite(new DmaAddress(bus), one, out fault);
        _tally.DeviceAccesses++;
        Require(reached, $"mapped for {mapping}, and not there: {fault}");
        int place = SpyMemory.LastReached;
        Require(place == piece.Home || place < _memory.PoolBytes, $"byte {piece.At} of {mapping} is neither at home nor in the pool");
        Require(place % SpyMemory.Frame == piece.Home % SpyMemory.Frame, $"byte {piece.At} of {mapping} does not keep its offset in its frame");
        return piece with { Bus = bus, Place = place };
    }

    /// <summary>Each segment starts at an address that has the low bits of its home.</summary>
    private void RequireKeptBits(SpyMapping mapping, int segments)
    {
        long at = 0;
        for (int i = 0; i < segments; i++)
        {
            foreach (SpyPiece piece in mapping.Pieces)
            {
                if (at < piece.At || at >= piece.At + piece.Length) continue;
                ulong home = _memory.AddressOf(piece.Home) + (ulong)(at - piece.At);
                Require(((home ^ _segments[i].Address.Value) & mapping.Stand.KeptBits) == 0, $"segment {i} of {mapping} starts at {_segments[i].Address}, for 0x{home:x}");
            }

            at += _segments[i].Length;
        }
    }

    /// <summary>A mapping that the device may write does not hold a byte twice of which either is a copy.</summary>
    private static void RequireNoneTwice(SpyMapping mapping)
    {
        if (!mapping.DeviceWrites) return;
        List<SpyPiece> pieces = mapping.Pieces;
        for (int i = 1; i < pieces.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if ((pieces[i].IsCopy || pieces[j].IsCopy) && pieces[i].Overlaps(pieces[j])) throw new LawViolatedException($"{mapping} holds bytes at {pieces[j].At} and at {pieces[i].At}, one a copy: no WouldDiverge");
            }
        }
    }

    /// <summary>What is within reach stands where it is.</summary>
    private void RequireOnlyWhatMust(SpyMapping mapping, MapOptions options, int copies, int room, bool fits)
    {
        SpyStand stand = mapping.Stand;
        bool zeroCopy = (options & MapOptions.ZeroCopy) != 0;
        if (zeroCopy) Require(copies == 0, $"{copies} copies, and none was asked for");
        if (zeroCopy || room == 1) return;
        if (fits) Require(copies == 0, $"{copies} copies of what fits where it stands");
        if (!stand.IsPlain && copies == mapping.Pieces.Count) return;
        foreach (SpyPiece piece in mapping.Pieces)
        {
            if (piece.IsCopy != stand.MustCopy(_memory, piece)) throw new LawViolatedException($"{piece.Length} bytes at {piece.At} of {mapping} are {(piece.IsCopy ? "a copy" : "no copy")} without need");
        }
    }

    /// <summary>What a confined device reaches besides a mapping, and in the wrong direction: nothing.</summary>
    private void Surround(ref SpyRandom random, SpyMapping mapping, SpyReach reach)
    {
        foreach (SpyPiece piece in mapping.Pieces) reach.Enter(piece.Bus);
        ulong first = mapping.Pieces[0].Bus & ~4095ul, last = mapping.Pieces[mapping.Pieces.Count - 1].Bus & ~4095ul;
        if (!IsShared && random.OneIn(8) && !reach.IsLive(first - 1)) MustFault(mapping.Stand, first - 1);
        if (!IsShared && random.OneIn(8) && !reach.IsLive(last + 4096)) MustFault(mapping.Stand, last + 4096);
        if (!mapping.Stand.MayRead(mapping.Direction)) MustFault(mapping.Stand, mapping.Pieces[0].Bus, MemoryAccess.Read);
        if (!mapping.Stand.MayWrite(mapping.Direction)) MustFault(mapping.Stand, mapping.Pieces[0].Bus, MemoryAccess.Write);
    }

    private void MustFault(SpyStand stand, ulong address, MemoryAccess access = MemoryAccess.ReadWrite)
    {
        Span<byte> one = [0x5A];
        _tally.DeviceAccesses++;
        if ((access & MemoryAccess.Read) != 0) Require(!stand.Port.TryRead(new DmaAddress(address), one, out _), $"{stand.Name} reads at 0x{address:x}, and must not");
        if ((access & MemoryAccess.Write) != 0) Require(!stand.Port.TryWrite(new DmaAddress(address), one, out _), $"{stand.Name} writes at 0x{address:x}, and must not");
        _tally.Faults++;
    }

    private void Unmap(ref SpyRandom random, int index)
    {
        SpyMapping mapping = _live[index];
        SpyStand stand = mapping.Stand;
        if (Log is not null) _doing = $"unmap {mapping}";
        if (IsShared || !stand.HasWitness) WriteLast(ref random, mapping);
        else (_leaving, _last) = (mapping, random);

        // Another thread may have the slots before this returns.
        if (IsShared) Leave(mapping);
        stand.Mapper.Unmap(mapping.Token);
        _leaving = null;
        _live[index] = _live[_live.Count - 1];
        _live.RemoveAt(_live.Count - 1);
        if (!IsShared)
        {
            Leave(mapping);

            // Whoever is not confined writes into slots that nobody has.
            byte junk = (byte)(random.Next() | 1);
            foreach (SpyPiece piece in mapping.Pieces)
            {
                if (piece.IsCopy) _real.AsSpan(piece.PlaceFrame, SpyMemory.Frame).Fill(junk);
            }
        }

        foreach (SpyPiece piece in mapping.Pieces) Compare(piece.HomeFrame, "unmapped, the home");
        if (IsShared) return;
        if (stand.IsConfined) MustFault(stand, mapping.Pieces[random.Below(mapping.Pieces.Count)].Bus);
        RequireFree("after unmapping");
    }

    /// <summary>What ends with a mapping in the model.</summary>
    private void Leave(SpyMapping mapping)
    {
        foreach (SpyPiece piece in mapping.Pieces)
        {
            if (mapping.Stand.IsConfined) _reach[(int)mapping.Stand.Kind].Leave(piece.Bus);
            if (!piece.IsCopy) continue;
            if (mapping.DeviceWrites && !mapping.TakesTurns) GoHome(piece, 0, mapping.Length);
            _copies.Remove(mapping, piece);
            _slotsHeld--;
            _world.GiveUp(piece.Place / SpyMemory.Frame);
        }
    }
}
