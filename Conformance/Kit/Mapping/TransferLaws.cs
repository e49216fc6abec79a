using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What the device and the CPU read of each other's writes.</summary>
public static class TransferLaws
{
    /// <summary>The device reads what the CPU wrote before mapping, and after a sync what it wrote since.</summary>
    public static Law<MapperCase> DeviceReadsWhatTheCpuWrote(MakeRig make) => new("the device reads what the CPU wrote", MapperCases.All, one =>
    {
        if ((one.Direction & DmaDirection.ToDevice) == 0) return null;
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 1);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return null;

        if (!Same(DeviceBytes.Read(rig.Port, segments, 0, result.Length), home, 0)) return "mapped, the device reads something else";
        if (!Same(HomeBytes.Read(rig.Memory, one.Home), home, 0)) return "mapping changed the bytes at home";

        (long at, long length) = one.PartOf(result.Length);
        HomeBytes.Write(rig.Memory, one.Home, at, HomeBytes.Noise(length, 77));
        home = HomeBytes.Read(rig.Memory, one.Home);
        if (result.NeedsSync) rig.Mapper.SyncForDevice(result.Token, at, length);
        if (!Same(DeviceBytes.Read(rig.Port, segments, at, length), home, at)) return $"the CPU wrote {length} bytes at {at}, and the device reads something else";
        if (result.NeedsSync) rig.Mapper.SyncForCpu(result.Token, at, length);
        rig.Mapper.Unmap(result.Token);
        return Same(HomeBytes.Read(rig.Memory, one.Home), home, 0) ? null : "unmapping changed bytes that the device did not write";
    });

    /// <summary>The CPU reads what the device wrote, after a sync or unmapping; what the device left alone stays as it was.</summary>
    public static Law<MapperCase> CpuReadsWhatTheDeviceWrote(MakeRig make) => new("the CPU reads what the device wrote", MapperCases.All, one =>
    {
        if ((one.Direction & DmaDirection.FromDevice) == 0 || one.Home.HasDuplicates) return null;
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 2);
        byte[] expected = HomeBytes.Read(rig.Memory, one.Home), beside = HomeBytes.Beside(rig.Memory, one.Home);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped) return null;

        (long at, long length) = one.PartOf(result.Length);
        byte[] written = HomeBytes.Noise(length, 78);
        DeviceBytes.Write(rig.Port, segments, at, written);
        written.CopyTo(expected, (int)at);
        (long synced, long much) = (at + (length / 3), length - (length / 3));
        if (result.NeedsSync) rig.Mapper.SyncForCpu(result.Token, synced, much);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home);
        if (!Same(home.AsSpan((int)synced, (int)much).ToArray(), expected, synced)) return $"the device wrote {length} bytes at {at}, {much} at {synced} were synced, and the CPU reads something else there";
        if (result.NeedsSync) rig.Mapper.SyncForDevice(result.Token, synced, much);

        written = HomeBytes.Noise(Math.Max(1, length / 2), 79);
        DeviceBytes.Write(rig.Port, segments, at, written);
        written.CopyTo(expected, (int)at);
        rig.Mapper.Unmap(result.Token);
        if (!Same(HomeBytes.Read(rig.Memory, one.Home), expected, 0)) return $"unmapped after {length} bytes written at {at}, the CPU reads something else";
        return HomeBytes.Beside(rig.Memory, one.Home).SequenceEqual(beside) ? null : "bytes beside the view changed";
    });

    /// <summary>
    /// In a bounce slot, and through an IOMMU that bounces partial frames anywhere, a device finds the mapped bytes and zeros.
    /// The pool is full of garbage before.
    /// </summary>
    public static Law<MapperCase> SlotsHoldTheViewAndZeros(MakeRig make) => new("slots hold the view and zeros", MapperCases.Bounced, one =>
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 3);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped || result.BouncedBytes == 0) return null;

        var parts = new MapPart[1024];
        rig.Mapper.Unmap(result.Token);
        int count = rig.Mapper.Plan(one.View, one.Direction, one.Options, parts).PartCount;
        result = rig.Map(one, out segments);
        foreach (MapPart part in parts.Take(count).Where(part => part.Treatment == MapTreatment.Bounced))
        {
            for (long at = part.Offset; at < part.Offset + part.Length;)
            {
                // One slot a 4 KiB frame: everything of it that is not in the mapping must be zero.
                ulong address = DeviceBytes.AddressOf(segments, at);
                int before = (int)(address % 4096);
                int length = (int)Math.Min(part.Offset + part.Length - at, 4096 - before);
                byte[] slot = PoolFrame(rig, one, address & ~4095ul);
                for (int i = 0; i < 4096; i++)
                {
                    if ((i < before || i >= before + length) && slot[i] != 0) return $"the slot of byte {at} holds {slot[i]:x} at {i}, beside {length} bytes at {before}";
                }

                at += length;
            }
        }

        return null;
    });

    /// <summary>The bytes of a device's frame, whatever it may do to them: out of memory, by the walker's or the bus's word.</summary>
    private static byte[] PoolFrame(MapperRig rig, MapperCase one, ulong address)
    {
        ulong physical = rig.Domain is null
            ? address - (ulong)one.BusOffset
            : rig.Granules()[address].Physical;
        return rig.Memory.Access(new PhysicalAddress(physical), 4096).ToArray();
    }

    /// <summary>Whether bytes are those that are expected from an offset on.</summary>
    private static bool Same(byte[] bytes, byte[] expected, long at)
        => bytes.AsSpan().SequenceEqual(expected.AsSpan((int)at, Math.Min(bytes.Length, expected.Length - (int)at)));
}
