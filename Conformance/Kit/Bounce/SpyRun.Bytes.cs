using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <content>What devices and the CPU do to bytes.</content>
internal sealed partial class SpyRun
{
    private const int MostTouched = 256;

    private static readonly byte[] Zeros = new byte[SpyMemory.Frame];

    /// <summary>Whether what the device was given last is slots of nothing but zeros, for it to be found out how much fits.</summary>
    private bool _isTrial;

    /// <summary>
    /// The device of the mapping that is being made has its reach from now on: slots hold the view and zeros already, or, if that is a trial of how much
    /// fits, nothing but zeros.
    /// </summary>
    internal void Reaching(scoped in PfnView view, int length)
    {
        _isTrial = false;
        bool isBlank = true;
        if (view.PageSize.Shift != PageSize.Size4K.Shift || view.Frames.Length > _view.Pieces.Count) return;
        for (int i = 0; i < view.Frames.Length; i++)
        {
            SpyPiece piece = _view.Pieces[i];
            int slot = _memory.IndexOf(view.Frames[i].ToAddress(PageSize.Size4K).Value);
            if (slot >= _memory.PoolBytes) continue;
            int bytes = Math.Min(piece.Length, length - piece.At);
            Span<byte> found = _real.AsSpan(slot, SpyMemory.Frame);
            isBlank &= found.SequenceEqual(Zeros);
            Clear(_scratch);
            if (bytes > 0) _model.AsSpan(piece.Home, bytes).CopyTo(_scratch.AsSpan(piece.Home & (SpyMemory.Frame - 1)));
            if (found.SequenceEqual(_scratch)) continue;
            Require(isBlank, $"the device reaches the slot of byte {piece.At} before that holds the view's bytes and zeros");
            _isTrial = true;
        }

        Require(isBlank || !_isTrial, "the device reaches some slots that are filled, and some that are not yet");
    }

    /// <summary>The device of the mapping that is being ended has its reach for the last time.</summary>
    internal void Leaving()
    {
        if (_leaving is not null) WriteLast(ref _last, _leaving);
    }

    /// <summary>It has it no more, though slots may not have gone home yet.</summary>
    internal void Left()
    {
        if (_leaving is { Stand.IsConfined: true } mapping) MustFault(mapping.Stand, mapping.Pieces[0].Bus);
        _leaving = null;
    }

    private void WriteLast(ref SpyRandom random, SpyMapping mapping)
    {
        if (mapping.DeviceWrites && random.OneIn(2)) Touch(ref random, mapping, writes: true);
    }

    private void Sync(ref SpyRandom random, bool forCpu)
    {
        SpyMapping mapping = _live[random.Below(_live.Count)];
        int offset = random.OneIn(3) ? 0 : random.Below(mapping.Length + 1);
        int length = random.OneIn(3) ? mapping.Length - offset : random.Below(mapping.Length - offset + 1);
        if (Log is not null) _doing = $"sync for the {(forCpu ? "CPU" : "device")} {length} bytes at {offset} of {mapping}";
        if (forCpu) mapping.Stand.Mapper.SyncForCpu(mapping.Token, offset, length);
        else mapping.Stand.Mapper.SyncForDevice(mapping.Token, offset, length);
        foreach (SpyPiece piece in mapping.Pieces)
        {
            if (!piece.IsCopy) continue;
            if (!forCpu) Fill(piece, offset, length);
            else if (mapping.DeviceWrites) GoHome(piece, offset, length);
        }

        Compare(mapping);
    }

    private void Access(ref SpyRandom random, bool writes)
    {
        SpyMapping mapping = _live[random.Below(_live.Count)];
        if (Log is not null) _doing = $"{(writes ? "write" : "read")} by the device of {mapping}";
        SpyPiece piece = mapping.Pieces[random.Below(mapping.Pieces.Count)];

        // Where it is not confined, a device writes into its slots whatever its direction; it is trusted not to write to homes.
        if (writes ? mapping.Stand.MayWrite(mapping.Direction) && (mapping.DeviceWrites || piece.IsCopy) : mapping.Stand.MayRead(mapping.Direction)) Touch(ref random, mapping, writes);
        else if (mapping.Stand.IsConfined) MustFault(mapping.Stand, piece.Bus, writes ? MemoryAccess.Write : MemoryAccess.Read);
    }

    /// <summary>The device writes or reads some of the bytes that are mapped.</summary>
    private void Touch(ref SpyRandom random, SpyMapping mapping, bool writes)
    {
        int count = random.OneIn(4) ? mapping.Pieces.Count : 1;
        int start = count == 1 ? random.Below(mapping.Pieces.Count) : 0;
        for (int i = start; i < start + count; i++)
        {
            SpyPiece piece = mapping.Pieces[i];
            if (writes && !mapping.DeviceWrites && !piece.IsCopy) continue;
            int offset = random.OneIn(2) ? 0 : random.Below(piece.Length);
            int length = random.OneIn(2) ? piece.Length - offset : Math.Min(piece.Length - offset, 1 + random.Below(MostTouched));
            Move(ref random, mapping.Stand, new DmaAddress(piece.Bus + (ulong)offset), piece.Place + offset, length, writes);
        }
    }

    /// <summary>A device that may write writes beside the bytes that are mapped, in the same slot; one that may not writes into it if nothing confines it.</summary>
    private void Scribble(ref SpyRandom random)
    {
        SpyMapping mapping = _live[random.Below(_live.Count)];
        SpyPiece piece = mapping.Pieces[random.Below(mapping.Pieces.Count)];
        if (!piece.IsCopy || !mapping.Stand.MayWrite(mapping.Direction)) return;
        if (Log is not null) _doing = $"scribble into the slot of byte {piece.At} of {mapping}";
        int from = piece.Place & (SpyMemory.Frame - 1), to = from + piece.Length;
        ulong granule = piece.Bus - (ulong)from;
        Move(ref random, mapping.Stand, new DmaAddress(granule), piece.PlaceFrame, from, writes: true);
        Move(ref random, mapping.Stand, new DmaAddress(granule) + to, piece.PlaceFrame + to, SpyMemory.Frame - to, writes: true);
    }

    private void Move(ref SpyRandom random, SpyStand stand, DmaAddress address, int place, int length, bool writes)
    {
        if (length == 0) return;
        Span<byte> bytes = _scratch.AsSpan(0, length);
        _tally.DeviceAccesses++;
        DmaFault fault;
        if (writes)
        {
            random.Fill(bytes);
            Require(stand.Port.TryWrite(address, bytes, out fault), $"{stand.Name} cannot write: {fault}");
            bytes.CopyTo(_model.AsSpan(place));
        }
        else
        {
            Require(stand.Port.TryRead(address, bytes, out fault), $"{stand.Name} cannot read: {fault}");
            Require(_model.AsSpan(place, length).SequenceEqual(bytes), $"{stand.Name} reads something else at {address} than belongs there");
        }
    }

    /// <summary>The CPU writes into a home.</summary>
    private void TouchHome(ref SpyRandom random)
    {
        int index;
        if (_live.Count > 0 && random.OneIn(2))
        {
            SpyMapping mapping = _live[random.Below(_live.Count)];
            index = mapping.Pieces[random.Below(mapping.Pieces.Count)].HomeFrame;
        }
        else
        {
            SpyArea area = random.OneIn(2) ? SpyArea.Low : SpyArea.High;
            int room = _memory.LengthOf(area) / _world.Threads;
            index = _memory.IndexOf((SpyMemory.StartOf(area) + (((long)room * _thread) + (random.Below(room) & ~(SpyMemory.Frame - 1)))).Value);
        }

        int offset = random.Below(SpyMemory.Frame);
        int length = Math.Min(SpyMemory.Frame - offset, 1 + random.Below(2 * MostTouched));
        if (Log is not null) _doing = $"the CPU writes {length} bytes at 0x{_memory.AddressOf(index + offset):x}";
        random.Fill(_real.AsSpan(index + offset, length));
        _real.AsSpan(index + offset, length).CopyTo(_model.AsSpan(index + offset));
    }

    /// <summary>A confined device tries what it reached once, or a caller does what it must not.</summary>
    private void Probe(ref SpyRandom random)
    {
        int number = random.Below(_world.Stands.Length);
        SpyStand stand = _world.Stands[number];
        if (Log is not null) _doing = $"{stand.Name} tries what it should not";
        if (!IsShared && stand.IsConfined && _reach[number].Gone(ref random) is > 0 and ulong gone) MustFault(stand, gone);
        if (!random.OneIn(16) || _live.Count == 0) return;
        SpyMapping mapping = _live[random.Below(_live.Count)];
        MustThrow(() => mapping.Stand.Mapper.SyncForCpu(mapping.Token, mapping.Length, 1));
        MustThrow(() => mapping.Stand.Mapper.SyncForDevice(mapping.Token, -1, 1));
        MustThrow(() => mapping.Stand.Mapper.Unmap(default));
        Compare(mapping);
    }

    private static void MustThrow(Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException)
        {
            return;
        }

        throw new LawViolatedException("what a caller must not do is accepted");
    }

    /// <summary>Home to copy, in the model.</summary>
    private void Fill(in SpyPiece piece, int offset, int length)
    {
        if (Clip(piece, offset, length, out int from, out int bytes)) _model.AsSpan(piece.Home + from, bytes).CopyTo(_model.AsSpan(piece.Place + from));
    }

    /// <summary>Copy to home, in the model.</summary>
    private void GoHome(in SpyPiece piece, int offset, int length)
    {
        if (Clip(piece, offset, length, out int from, out int bytes)) _model.AsSpan(piece.Place + from, bytes).CopyTo(_model.AsSpan(piece.Home + from));
    }

    private static bool Clip(in SpyPiece piece, int offset, int length, out int from, out int bytes)
    {
        from = Math.Max(offset, piece.At) - piece.At;
        bytes = Math.Min(offset + length, piece.At + piece.Length) - piece.At - from;
        return bytes > 0;
    }

    private static void Clear(Span<byte> bytes) => bytes.Clear();
}
