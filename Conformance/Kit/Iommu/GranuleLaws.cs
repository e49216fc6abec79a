using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What of memory a mapping in a domain of some granule opens to the device.</summary>
public static class GranuleLaws
{
    /// <summary>
    /// The tables hold the granules that hold a byte of the view, whole, aligned to their size, and nothing else, in large pages where granules allow; the device reads
    /// the view's bytes; and unmapping removes all.
    /// </summary>
    public static Law<GranuleCase> WholeGranulesAndNothingElse() => new("whole granules and nothing else", GranuleCase.Cases, one =>
    {
        SparseMemory memory = RigMemory.Create();
        var iommu = new EmulatedIommu(memory);

        // The aperture begins and ends at odd pages.
        var aperture = new DmaWindow(new DmaAddress(0x20_0000_3000), new DmaAddress(0x21_0000_4FFF));
        var options = new IommuDomainOptions { Aperture = aperture, Format = one.Format.Format, Granule = one.Granule };
        var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), iommu, options);
        var device = new DmaDevice("device", new RequesterId(1));
        var mapper = new IommuMapper(device, domain);
        BusPort port = iommu.Connect(device, domain);
        ulong free = domain.FreeIovaBytes;
        ulong within = (ulong)one.Granule.Bytes - 1;
        ulong usable = ((aperture.Last.Value + 1) & ~within) - ((aperture.First.Value + within) & ~within);
        if (free != usable) return $"{free} bytes are free, {usable} are whole granules";

        var segments = new DmaSegment[1];
        MapResult result = mapper.Map(one.View, DmaDirection.Bidirectional, segments, MapOptions.None);
        if (!result.IsMapped) return result.ToString();
        if (Wrong(one, one.Format.Walker.List(memory, domain.RootTable), one.Format.Walker.Granules(memory, domain.RootTable), segments[0].Address.Value) is { } wrong) return wrong;
        foreach (long at in (long[])[0, one.Length / 2, one.Length - 1])
        {
            byte[] seen = new byte[1];
            PhysicalAddress home = one.View.AddressAt(at);
            memory.Access(home, 1)[0] = (byte)(at + 77);
            if (!port.TryRead(segments[0].Address + at, seen, out DmaFault fault)) return fault.ToString();
            if (seen[0] != (byte)(at + 77)) return $"byte {at} is not what the device reads";
        }

        mapper.Unmap(result.Token);
        domain.Trim();
        if (one.Format.Walker.List(memory, domain.RootTable) is { Count: > 0 } left) return $"unmapped, {left.Count} pages are reached, the first is {left[0]}";
        return domain.FreeIovaBytes == free ? null : "unmapped, not all IOVAs came back";
    });

    private static string? Wrong(GranuleCase one, List<ReachablePage> pages, SortedDictionary<ulong, ReachablePage> reached, ulong start)
    {
        long granule = one.Granule.Bytes;
        long first = one.Offset / granule * granule, end = (one.Offset + one.Length + granule - 1) / granule * granule;
        ulong iova = start - (ulong)(one.Offset - first);
        if (iova % (ulong)granule != 0) return $"the first granule is at {iova:x}";
        if (reached.Count != (end - first) / 4096) return $"{reached.Count} pages of 4 KiB are reached, not {(end - first) / 4096}";
        for (long at = first; at < end; at += 4096)
        {
            ulong home = (one.Frames[(int)(at / one.FrameSize.Bytes)].Value * (ulong)one.FrameSize.Bytes) + (ulong)(at % one.FrameSize.Bytes);
            if (!reached.TryGetValue(iova + (ulong)(at - first), out ReachablePage page)) return $"{at:x} is not mapped";
            if (page.Physical != home) return $"{page} should lead to {home:x}";
        }

        // Frames of 2 MiB that are whole need no leaf.
        bool whole = one.FrameSize == PageSize.Size2M && (first | end) % one.FrameSize.Bytes == 0;
        return whole && pages.Exists(page => page.Bytes < 2 << 20) ? "a whole frame of 2 MiB is mapped in small pages" : null;
    }
}
