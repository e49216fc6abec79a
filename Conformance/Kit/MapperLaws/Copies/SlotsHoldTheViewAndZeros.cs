using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That a copy lies among zeros, whatever was there before.</summary>
public sealed class SlotsHoldTheViewAndZeros() : MappingLaw(
    "slots hold the view and zeros",
    "of the 4 KiB frames that copies lie in, everything that is not in the mapping is zero; the memory was full of garbage before",
    needs: MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override double LeastShare => 0.05;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 3);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped || result.BouncedBytes == 0) return LawOutcome.Idle;

        var parts = new MapPart[1024];
        rig.Mapper.Unmap(result.Token);
        int count = rig.Mapper.Plan(one.View, one.Direction, one.Options, parts).PartCount;
        result = rig.Map(one, out segments);
        if (!result.IsMapped || count > parts.Length) return LawOutcome.Idle;
        SortedDictionary<ulong, ReachablePage>? granules = rig.Domain is null ? null : rig.Granules();
        bool looked = false;
        foreach (MapPart part in parts.Take(count).Where(part => part.Treatment == MapTreatment.Bounced))
        {
            for (long at = part.Offset; at < part.Offset + part.Length;)
            {
                // One slot a 4 KiB frame: everything of it that is not in the mapping must be zero.
                ulong address = DeviceBytes.AddressOf(segments, at);
                int before = (int)(address % 4096);
                int length = (int)Math.Min(part.Offset + part.Length - at, 4096 - before);
                byte[]? slot = Slot(rig, one, granules, address & ~4095ul);
                for (int i = 0; slot is not null && i < 4096; i++)
                {
                    if ((i < before || i >= before + length) && slot[i] != 0) return LawOutcome.Broken($"the slot of byte {at} holds {slot[i]:x} at {i}, beside {length} bytes at {before}", "0");
                }

                looked |= slot is not null && length < 4096;
                at += length;
            }
        }

        return LawOutcome.HeldIf(looked);
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short();

    /// <summary>The bytes of a device's frame: out of memory by the walker's or the bus's word, else as the device reads them; null where it may not.</summary>
    private static byte[]? Slot(MapperRig rig, MapperCase one, SortedDictionary<ulong, ReachablePage>? granules, ulong address)
    {
        if (!one.Translates) return rig.Memory.Access(new PhysicalAddress(address - (ulong)one.BusOffset), 4096).ToArray();
        if (granules is not null) return rig.Memory.Access(new PhysicalAddress(granules[address].Physical), 4096).ToArray();
        var slot = new byte[4096];
        return rig.Bus.TryRead(new DmaAddress(address), slot) ? slot : null;
    }
}
