using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <content>What devices do to bytes, and syncs.</content>
internal sealed partial class TracePlayer
{
    private const int MostTouched = 1 << 16;

    private readonly byte[] _scratch = new byte[MostTouched];

    /// <summary>What an access of a device comes to at an address.</summary>
    private enum Landing
    {
        /// <summary>It must fault.</summary>
        Faults,

        /// <summary>It must reach the byte of an index.</summary>
        Reaches,

        /// <summary>It may do either: what is unmapped may be known for a while.</summary>
        MayReach,

        /// <summary>Nothing is said of it: a slot that nobody has, or a page table.</summary>
        Unknown,
    }

    private void Access(TraceStep step, bool writes)
    {
        if (!IsPlace(step.Item, _mappings.Length) || _mappings[step.Item] is not { } mapping || step.Length is < 1 or > MostTouched) return;
        DmaSegment first = mapping.Segments[0], last = mapping.Segments[mapping.Segments.Length - 1];
        if (step.At < 0)
        {
            Touch(mapping.Stand, first.Address.Value + (ulong)step.At, (int)step.Length, writes, step.Variant);
        }
        else if (step.At >= mapping.Length)
        {
            Touch(mapping.Stand, last.Address.Value + (ulong)(last.Length + step.At - mapping.Length), (int)step.Length, writes, step.Variant);
        }
        else
        {
            // Segment by segment, as a DMA engine goes; what runs past the last one goes on behind it.
            long at = step.At, left = step.Length, before = 0;
            for (int i = 0; i < mapping.Segments.Length && left > 0; i++)
            {
                DmaSegment segment = mapping.Segments[i];
                bool isLast = i == mapping.Segments.Length - 1;
                if (at < before + segment.Length)
                {
                    long count = isLast ? left : Math.Min(left, before + segment.Length - at);
                    Touch(mapping.Stand, segment.Address.Value + (ulong)(at - before), (int)count, writes, step.Variant + i);
                    at += count;
                    left -= count;
                }

                before += segment.Length;
            }
        }
    }

    /// <summary>A device tries what it reached before.</summary>
    private void Revisit(TraceStep step)
    {
        TraceStand stand = _machine.Stands[step.Device];
        ulong address = stand.Gone(step.Item);
        if (address == 0) return;
        Touch(stand, address, 1, writes: false, step.Variant);
        Touch(stand, address, 1, writes: true, step.Variant);
    }

    /// <summary>A device accesses consecutive addresses: it gets as far as it must, and no further.</summary>
    private void Touch(TraceStand stand, ulong bus, int length, bool writes, int variant)
    {
        int sure = 0;
        Landing next = Landing.Reaches;
        while (sure < length)
        {
            next = Find(stand, bus + (ulong)sure, sure > 0, writes, out _, out int run);
            if (next != Landing.Reaches) break;
            sure += Math.Min(run, length - sure);
        }

        // What is not sure is left out, or tried alone.
        if (next is Landing.Unknown or Landing.MayReach && sure > 0) length = sure;
        if (next == Landing.Unknown && sure == 0) return;
        if (next == Landing.MayReach && sure == 0) length = 1;
        bool mayReach = next == Landing.MayReach && sure == 0;

        Span<byte> bytes = _scratch.AsSpan(0, length);
        bool isDone;
        DmaFault fault;
        if (writes)
        {
            var random = new SpyRandom((ulong)variant);
            random.Fill(bytes);
            isDone = stand.Port.TryWrite(new DmaAddress(bus), bytes, out fault);
        }
        else
        {
            isDone = stand.Port.TryRead(new DmaAddress(bus), bytes, out fault);
        }

        if (mayReach)
        {
            _tally.Count(TraceTally.Accesses, isDone ? "stale" : "faults, though it may be stale");
            if (isDone) sure = 1;
        }
        else
        {
            Require(isDone == (sure == length), isDone ? $"{stand} {(writes ? "writes" : "reads")} {length} bytes at 0x{bus:x}, and reaches only {sure}" : $"{stand} cannot {(writes ? "write" : "read")} {length} bytes at 0x{bus:x}, of which it reaches {sure}: {fault}");
            Require(isDone || fault.Address.Value == bus + (ulong)sure, $"{stand} faults at {fault.Address} instead of 0x{bus + (ulong)sure:x}");
            _tally.Count(TraceTally.Accesses, isDone ? "reaches" : sure > 0 ? "faults on the way" : "faults");
        }

        Note((isDone ? 2u : 0u) | (writes ? 1u : 0u) | ((ulong)sure << 8));

        // Two of its addresses may lead to one byte, which has what was written last: so all is moved in the model before anything is compared.
        for (int pass = writes ? 0 : 1; pass < 2; pass++)
        {
            for (int at = 0; at < sure;)
            {
                Find(stand, bus + (ulong)at, at > 0, writes, out int index, out int run);
                int count = Math.Min(run, sure - at);
                Span<byte> moved = bytes.Slice(at, count);
                if (pass == 0)
                {
                    moved.CopyTo(_model.AsSpan(index, count));
                    _bytes.Touch(index, count);
                }
                else if (writes)
                {
                    Compare(index, count, $"what {stand} wrote");
                }
                else
                {
                    Require(moved.SequenceEqual(_model.AsSpan(index, count)), $"{stand} reads something else at 0x{bus + (ulong)at:x} than belongs at 0x{TraceMemory.AddressOf(index):x}");
                }

                Note(moved[count - 1]);
                at += count;
            }
        }
    }

    /// <summary>Where an address leads a device.</summary>
    /// <param name="stand">The device.</param>
    /// <param name="bus">The address.</param>
    /// <param name="follows">Whether the access began before it.</param>
    /// <param name="writes">Whether it writes.</param>
    /// <param name="index">The byte that it reaches.</param>
    /// <param name="run">Bytes from there on, for which the same is true.</param>
    private Landing Find(TraceStand stand, ulong bus, bool follows, bool writes, out int index, out int run)
    {
        index = -1;
        run = 1;
        DmaWindow window = stand.Rules.Window;
        if (bus < window.First.Value || bus > window.Last.Value || (follows && bus == 0)) return Landing.Faults;
        int inGranule = (int)(bus % TraceMemory.Frame);
        run = (int)Math.Min((ulong)(TraceMemory.Frame - inGranule - 1), window.Last.Value - bus) + 1;
        if (stand.IsTranslated)
        {
            if (FindReach(stand.Live, bus) is { } live)
            {
                if ((live.Access & (writes ? MemoryAccess.Write : MemoryAccess.Read)) == 0) return Landing.Faults;
                index = TraceMemory.IndexOf(live.View.AddressAt((long)(bus - live.Start)));
                return Landing.Reaches;
            }

            if (FindReach(stand.Pending, bus) is not { } stale || (stale.Access & (writes ? MemoryAccess.Write : MemoryAccess.Read)) == 0) return Landing.Faults;
            index = TraceMemory.IndexOf(stale.View.AddressAt((long)(bus - stale.Start)));
            return Landing.MayReach;
        }

        ulong address = bus - (ulong)stand.BusOffset;
        bool wraps = stand.BusOffset >= 0 ? address > bus : address < bus;
        int area = wraps ? -1 : TraceMemory.AreaAt(address);
        if (area == TraceMemory.Tables) return Landing.Unknown;
        if (area < 0) return Landing.Faults;
        index = TraceMemory.IndexOf(address);
        int frame = index / TraceMemory.Frame;
        return area == TraceMemory.Pool && (frame >= _slots.Length || _slots[frame] is null) ? Landing.Unknown : Landing.Reaches;
    }

    private static ModelReach? FindReach(System.Collections.Generic.List<ModelReach> among, ulong bus)
    {
        foreach (ModelReach reach in among)
        {
            if (reach.Holds(bus)) return reach;
        }

        return null;
    }

    private void Sync(TraceStep step, bool forCpu)
    {
        if (!IsPlace(step.Item, _mappings.Length) || _mappings[step.Item] is not { } mapping) return;
        bool isInside = step.At >= 0 && step.Length >= 0 && step.At <= mapping.Length && step.Length <= mapping.Length - step.At;
        _tally.Count(TraceTally.Syncs, isInside ? mapping.Copies.Count > 0 ? "of copies" : "of nothing" : "outside");
        if (!isInside)
        {
            MustThrow<ArgumentException>($"syncing {step.Length} bytes at {step.At} of {mapping}", () => mapping.Sync(forCpu, step.At, step.Length));
            return;
        }

        mapping.Sync(forCpu, step.At, step.Length);
        foreach (ModelCopy copy in mapping.Copies)
        {
            long from = Math.Max(step.At, copy.At), to = Math.Min(step.At + step.Length, copy.At + copy.Length);
            if (from < to && (!forCpu || mapping.DeviceWrites)) MoveCopy(copy, (int)(from - copy.At), (int)(to - from), goesHome: forCpu);
        }

        // A slot holds a copy for each segment that begins or ends in it: so all is moved in the model before anything is compared.
        foreach (ModelCopy copy in mapping.Copies)
        {
            Compare(copy.Home, copy.Length, "synced, a home");
            Compare(copy.Slot * TraceMemory.Frame, TraceMemory.Frame, "synced, a slot");
        }
    }

    /// <summary>Moves bytes between a copy and its home, in the model.</summary>
    private void MoveCopy(in ModelCopy copy, int at, int length, bool goesHome)
    {
        (int from, int to) = goesHome ? (copy.Place, copy.Home) : (copy.Home, copy.Place);
        _model.AsSpan(from + at, length).CopyTo(_model.AsSpan(to + at, length));
        _bytes.Touch(to + at, length);
    }
}
