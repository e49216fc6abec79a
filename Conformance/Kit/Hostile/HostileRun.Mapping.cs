using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Mapping, unmapping and syncing.</summary>
internal sealed partial class HostileRun
{
    /// <summary>Mappings of more pages have tables of their own, and are forgotten at once in lazy domains too.</summary>
    private const int MostLazyPages = 256;

    private readonly DmaSegment[] _segments = new DmaSegment[64];

    private string? Map()
    {
        HostileStand stand = world.Stands[_random.Below(world.Stands.Length)];
        (Pfn[] frames, PageSize size) = Frames();
        bool isWhole = _random.OneIn(2);
        long all = frames.Length * size.Bytes;
        long offset = isWhole ? 0 : _random.Below((int)Math.Min(size.Bytes, all));
        long length = isWhole ? all : 1 + _random.Below((int)Math.Min(int.MaxValue, all - offset));
        var direction = (DmaDirection)(1 + _random.Below(3));
        var view = new PfnView(frames, size, offset, length);
        MapResult result = stand.Mapper.Map(view, direction, _segments);
        if (!result.IsMapped)
        {
            tally.Refusals++;
            return null;
        }

        tally.Mappings++;
        return Adopt(stand, view, direction, result);
    }

    private string? Adopt(HostileStand stand, scoped in PfnView view, DmaDirection direction, in MapResult result)
    {
        HostileDomain space = stand.Space;
        bool reads = (direction & DmaDirection.ToDevice) != 0, writes = (direction & DmaDirection.FromDevice) != 0;
        var pages = new List<(ulong, HostileGranule, long)>();
        long at = 0;
        for (int i = 0; i < result.SegmentCount; i++)
        {
            ulong address = _segments[i].Address.Value;
            for (long done = 0; done < _segments[i].Length;)
            {
                int from = (int)((address + (ulong)done) & 4095);
                int bytes = (int)Math.Min(4096 - from, _segments[i].Length - done);
                int home = world.Memory.IndexOf(view.AddressAt(at).Value) & ~4095;
                bool isCopy = stand.IsDirect || (stand.CopiesEdges && bytes < 4096);
                if (!stand.IsDirect && !space.IsTrusted && !isCopy && bytes < 4096) return $"{stand.Name} is not trusted and reaches the rest of a frame";
                byte[]? copy = null;
                if (isCopy)
                {
                    copy = new byte[4096];
                    world.Model.AsSpan(home + from, bytes).CopyTo(copy.AsSpan(from));
                }

                var granule = new HostileGranule
                {
                    Home = home,
                    From = from,
                    To = from + bytes,
                    MayRead = stand.IsDirect || reads || (space.Format!.Walker.WritesAreReads && writes),
                    MayWrite = stand.IsDirect || writes,
                    ComesHome = writes,
                    Copy = copy,
                };
                ulong page = (address + (ulong)done) >> 12;
                if (space.Live.ContainsKey(page)) return $"{stand.Name} is given page {page:x}, which another mapping has";
                space.Live.Add(page, granule);
                space.Fading.Remove(page);
                pages.Add((page, granule, at));
                done += bytes;
                at += bytes;
            }
        }

        if (at != view.Length) return $"{stand.Name} is told of {at} bytes of {view.Length}";
        world.Mappings.Add(new HostileMapping(stand, result.Token, [.. _segments.Take(result.SegmentCount)], result.Length, pages, direction));
        return null;
    }

    private string? Unmap(int which)
    {
        HostileMapping mapping = world.Mappings[which];
        mapping.Stand.Mapper.Unmap(mapping.Token);
        return Ended(which);
    }

    /// <summary>What an unmapping leaves behind.</summary>
    private string? Ended(int which)
    {
        HostileMapping mapping = world.Mappings[which];
        world.Mappings[which] = world.Mappings[world.Mappings.Count - 1];
        world.Mappings.RemoveAt(world.Mappings.Count - 1);
        HostileDomain space = mapping.Stand.Space;
        bool fades = space.Domain is { IsLazy: true } && mapping.Pages.Count <= MostLazyPages;
        foreach ((ulong page, HostileGranule granule, _) in mapping.Pages)
        {
            space.Live.Remove(page);
            space.Ended[space.EndedCount++ % space.Ended.Length] = page;
            if (fades) space.Fading[page] = granule;
            ComeHome(granule, 0, 4096);
        }

        return null;
    }

    private string? Sync(HostileMapping mapping)
    {
        long offset = _random.Below((int)mapping.Length);
        long length = 1 + _random.Below((int)(mapping.Length - offset));
        bool home = _random.OneIn(2);
        if (home) mapping.Stand.Mapper.SyncForCpu(mapping.Token, offset, length);
        else mapping.Stand.Mapper.SyncForDevice(mapping.Token, offset, length);
        foreach ((_, HostileGranule granule, long at) in mapping.Pages)
        {
            int from = (int)Math.Max(granule.From, Math.Min(4096, granule.From + offset - at));
            int to = (int)Math.Min(granule.To, Math.Max(0, granule.From + offset + length - at));
            if (from >= to) continue;
            if (home) ComeHome(granule, from, to);
            else if (granule.Copy is { } copy) world.Model.AsSpan(granule.Home + from, to - from).CopyTo(copy.AsSpan(from));
        }

        return null;
    }

    private void ComeHome(HostileGranule granule, int from, int to)
    {
        from = Math.Max(from, granule.From);
        to = Math.Min(to, granule.To);
        if (granule is { Copy: { } copy, ComesHome: true } && from < to) copy.AsSpan(from, to - from).CopyTo(world.Model.AsSpan(granule.Home + from));
    }

    /// <summary>Frames for a view: scattered or consecutive, few or many, small or large; none of them twice.</summary>
    private (Pfn[] Frames, PageSize Size) Frames()
    {
        if (_random.OneIn(40))
        {
            Pfn large = new(HostileMemory.HomesOf(1).First >> 9);
            return (_random.OneIn(2) ? [large] : [large + 1, large], PageSize.Size2M);
        }

        int area = _random.OneIn(12) ? 2 : _random.OneIn(3) ? 3 : 0;
        if (_random.OneIn(60)) area = 1;
        (ulong first, int count) = HostileMemory.HomesOf(area);
        int most = area == 1 ? 600 : _random.OneIn(4) ? 20 : 4;
        int frames = Math.Min(count, 1 + _random.Below(most));
        int stride = 1 + _random.Below(Math.Max(1, count / frames));
        int from = _random.Below(Math.Max(1, count - ((frames - 1) * stride)));
        return ([.. Enumerable.Range(0, frames).Select(i => new Pfn(first + (ulong)(from + (i * stride))))], PageSize.Size4K);
    }
}
