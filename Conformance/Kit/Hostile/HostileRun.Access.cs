using System;
using System.Linq;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What devices try.</summary>
internal sealed partial class HostileRun
{
    private static readonly ulong[] Corners =
    [
        0, 4095, 0xFFFF_FFFF, 0x1_0000_0000, 0xFEE0_0000, 0x0FFF_FFFF, 0x10FF_FFFF, 0x1100_0000, 0x1_007F_FFFF, 0x1_0080_0000,
        (1ul << 48) - 1, 1ul << 48, (1ul << 57) - 1, 1ul << 57, 1ul << 63, ulong.MaxValue, ulong.MaxValue - 4095,
    ];

    private string? Access()
    {
        HostileStand stand = world.Stands[_random.Below(world.Stands.Length)];
        ulong address;
        if (stand.IsDirect)
        {
            // It is unconfined: of interest is only what it finds in its slots.
            if (PageOf(stand.Space, out ulong own) is null) return null;
            address = own << 12;
        }
        else
        {
            address = Guess(stand.Space);
        }

        address += (ulong)_random.Below(4096);
        int length = 1 + _random.Below(_random.OneIn(16) && !stand.IsDirect ? _buffer.Length : 64);
        if (stand.IsDirect) length = Math.Min(length, 4096 - (int)(address & 4095));
        return Access(stand, address, length, _random.OneIn(2) ? MemoryAccess.Read : MemoryAccess.Write);
    }

    private string? Access(HostileStand stand, ulong address, int length, MemoryAccess access)
    {
        tally.Accesses++;
        for (int done = 0; done < length;)
        {
            // What must be reached in one go, or faults where that ends.
            int reached = Reached(stand, address + (ulong)done, length - done, access, out bool fades, out bool ends);
            int tried = fades || !ends ? reached : length - done;
            if (fades) tried = Math.Min(length - done, 4096 - (int)((address + (ulong)done) & 4095));
            var at = new DmaAddress(address + (ulong)done);
            Span<byte> bytes = _buffer.AsSpan(0, tried);
            if (access == MemoryAccess.Write) _random.Fill(bytes);
            else bytes.Clear();
            bool succeeded = access == MemoryAccess.Read ? stand.Port.TryRead(at, bytes, out DmaFault fault) : stand.Port.TryWrite(at, bytes, out fault);
            if (fades)
            {
                if (!succeeded) return null;
                tally.Fading++;
                if (Took(stand, at.Value, bytes, access, isLast: true) is { } stale) return stale;
                done += tried;
                continue;
            }

            if (Took(stand, at.Value, bytes.Slice(0, reached), access, isLast: succeeded) is { } wrong) return wrong;
            if (succeeded && reached < tried) return $"{stand.Name} may not {access} at {address + (ulong)(done + reached):x}, and does";
            if (!succeeded && reached == tried) return $"{stand.Name} may {access} at {at}, and faults: {fault}";
            if (!succeeded && fault.Address.Value != at.Value + (ulong)reached) return $"{stand.Name} may {access} up to {at.Value + (ulong)reached:x}, and faults at {fault.Address}";
            if (!succeeded) tally.Faults++;
            if (!succeeded) return null;
            done += tried;
        }

        return null;
    }

    /// <summary>
    /// How many bytes from an address a device must reach; whether the first of them may be reached or not (<c>fades</c>), and whether what
    /// follows must fault (<c>ends</c>).
    /// </summary>
    private int Reached(HostileStand stand, ulong address, int length, MemoryAccess access, out bool fades, out bool ends)
    {
        fades = ends = false;
        int done = 0;
        while (done < length)
        {
            ulong next = address + (ulong)done;
            int most = Math.Min(length - done, 4096 - (int)(next & 4095));
            bool isLive = stand.Space.Live.TryGetValue(next >> 12, out HostileGranule? granule);
            if (!isLive && stand.Space.Fading.TryGetValue(next >> 12, out granule))
            {
                fades = done == 0;
                return done;
            }

            if (granule is null || !(access == MemoryAccess.Read ? granule.MayRead : granule.MayWrite) || IsSealed(stand, granule))
            {
                ends = true;
                return done;
            }

            done += most;
        }

        return done;
    }

    /// <summary>Whether memory is protected, and somebody in the domain is not trusted.</summary>
    private bool IsSealed(HostileStand stand, HostileGranule granule) => !stand.Space.IsTrusted && granule.Copy is null && world.Memory.IsProtected(granule.Home);

    /// <summary>
    /// What was read is what is there, and what was written is there, and nowhere else. Where memory was touched by nothing after these bytes
    /// (<c>isLast</c>), it says where the last of them are.
    /// </summary>
    private string? Took(HostileStand stand, ulong address, ReadOnlySpan<byte> bytes, MemoryAccess access, bool isLast)
    {
        for (int done = 0; done < bytes.Length;)
        {
            ulong next = address + (ulong)done;
            int inPage = (int)(next & 4095), part = Math.Min(bytes.Length - done, 4096 - inPage);
            if (!stand.Space.Live.TryGetValue(next >> 12, out HostileGranule? granule)) granule = stand.Space.Fading[next >> 12];
            Span<byte> right = granule.Copy is { } copy ? copy.AsSpan(inPage, part) : world.Model.AsSpan(granule.Home + inPage, part);
            ReadOnlySpan<byte> found = bytes.Slice(done, part);
            if (access == MemoryAccess.Write) found.CopyTo(right);
            else if (!found.SequenceEqual(right)) return $"{stand.Name} reads at {next:x} what is not there for it";
            done += part;
            if (done < bytes.Length || !isLast) continue;
            if (Landed(stand, next, granule, inPage) is { } elsewhere) return elsewhere;
        }

        return null;
    }

    /// <summary>Where the last access went, as memory says.</summary>
    private string? Landed(HostileStand stand, ulong address, HostileGranule granule, int inPage)
    {
        int page = HostileMemory.LastReached - inPage;
        if (granule.Copy is null) return page == granule.Home ? null : $"{stand.Name} at {address:x} reaches another frame than is mapped";
        if (!world.Memory.IsInPool(page)) return $"{stand.Name} at {address:x} reaches no slot";
        if (granule.Slot >= 0 && granule.Slot != page) return $"{stand.Name} at {address:x} reaches another slot than before";
        granule.Slot = page;
        return null;
    }

    /// <summary>A page to try: its own, a neighbour's, one that it had, somebody else's, a physical address, a corner.</summary>
    private ulong Guess(HostileDomain space)
    {
        int die = _random.Below(100);
        HostileDomain other = world.Domains[_random.Below(world.Domains.Length)];
        if (die < 35 && PageOf(space, out ulong own) is not null) return own << 12;
        if (die < 50 && PageOf(space, out ulong near) is not null) return (near + (_random.OneIn(2) ? 1ul : ulong.MaxValue)) << 12;
        if (die < 72) return space.Ended[_random.Below(space.Ended.Length)] << 12;
        if (die < 80 && PageOf(other, out ulong others) is not null) return others << 12;
        if (die < 84) return other.Domain!.RootTable.Value;
        if (die < 87) return HostileMemory.TablesStart.Value + ((ulong)_random.Below(HostileMemory.TablesBytes) & ~4095ul);
        if (die < 89) return HostileMemory.PoolStart.Value + ((ulong)_random.Below(HostileMemory.PoolBytes) & ~4095ul);
        if (die < 92) return (HostileMemory.HomesOf(_random.Below(4)).First + (ulong)_random.Below(32)) << 12;
        return die < 99 ? Corners[_random.Below(Corners.Length)] & ~4095ul : _random.Next() & ~4095ul;
    }

    /// <summary>A page of a live mapping in a domain.</summary>
    private HostileMapping? PageOf(HostileDomain space, out ulong page)
    {
        page = 0;
        for (int attempt = 0; attempt < 8 && world.Mappings.Count > 0; attempt++)
        {
            HostileMapping mapping = world.Mappings[_random.Below(world.Mappings.Count)];
            if (mapping.Stand.Space != space) continue;
            page = mapping.Pages[_random.OneIn(2) ? _random.Below(mapping.Pages.Count) : _random.OneIn(2) ? 0 : mapping.Pages.Count - 1].Page;
            return mapping;
        }

        return null;
    }

    /// <summary>Unmaps while another thread writes: what it wrote before it lost its reach is home, and from the return of unmapping on it faults.</summary>
    private string? Race()
    {
        if (world.Mappings.Count == 0) return null;
        int from = _random.Below(world.Mappings.Count);
        int which = world.Mappings.FindIndex(from, one => !one.Stand.IsDirect && one.Stand.Space.Domain!.IsLazy == false && (one.Direction & DmaDirection.FromDevice) != 0 && one.Length >= 8
            && !IsSealed(one.Stand, one.Pages[0].Granule) && one.Pages[0].Granule.To - one.Pages[0].Granule.From >= 8);
        if (which < 0) return null;
        tally.Races++;
        HostileMapping mapping = world.Mappings[which];
        HostileGranule granule = mapping.Pages[0].Granule;
        DmaAddress address = mapping.Segments[0].Address;
        bool isUnmapped = false, isOver = false, began = false;
        ulong last = 0;
        string? late = null;
        var other = new Thread(() =>
        {
            ulong value = 1;
            while (!Volatile.Read(ref isOver) && value < 2_000_000)
            {
                bool after = Volatile.Read(ref isUnmapped);
                bool written = mapping.Stand.Port.TryWrite(address, BitConverter.GetBytes(value), out _);
                if (written) last = value;
                Volatile.Write(ref began, true);
                if (!written || !after) value++;
                else late = $"{mapping.Stand.Name} writes at {address} after unmapping returned";
                if (after && (late is not null || !written)) break;
            }
        });
        other.Start();
        SpinWait spin = default;
        while (!Volatile.Read(ref began)) spin.SpinOnce();
        for (int i = _random.Below(200); i > 0; i--) _ = _random.Next();
        mapping.Stand.Mapper.Unmap(mapping.Token);
        Volatile.Write(ref isUnmapped, true);
        other.Join();
        Volatile.Write(ref isOver, true);
        if (late is not null) return late;
        if (last != 0) BitConverter.GetBytes(last).CopyTo(granule.Copy is { } copy ? copy.AsSpan(granule.From) : world.Model.AsSpan(granule.Home + granule.From));
        if (Ended(which) is { } wrong) return wrong;
        ReadOnlySpan<byte> found = world.Memory.Bytes.AsSpan(granule.Home + granule.From, 8);
        return found.SequenceEqual(world.Model.AsSpan(granule.Home + granule.From, 8)) ? null : $"{mapping.Stand.Name} wrote {last} at {address} at last, and home is {BitConverter.ToString(found.ToArray())}";
    }
}
