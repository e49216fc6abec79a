using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// A machine in which cases of one policy are tried one after the other. Devices, mappers, domains and pools stay; the buffer
/// and the frames that may back it are new for each case. Used by one thread.
/// </summary>
public sealed class OrderWorld
{
    private const ulong Pools = 64 << 20;
    private const ulong TableStart = 128 << 20;
    private const long TableBytes = 16 << 20;
    private const long PoolBytes = 3 << 20;
    private const ulong HighPools = 2ul << 30;
    private const long HighPoolBytes = 1 << 20;
    private const int FixedBytes = 64 << 10;
    private const int Kinds = 8;

    private static readonly byte[] Rubbish = MakeRubbish();

    private readonly WorldDevice?[] _devices = new WorldDevice?[OrderDevice.Most * Kinds];
    private readonly MemoryZone[] _zones;
    private readonly OrderPolicy _policy;
    private readonly FrameAllocator _poolFrames = new(new PhysicalAddress(Pools), PoolBytes);
    private readonly FrameAllocator _highPoolFrames = new(new PhysicalAddress(HighPools), HighPoolBytes);

    /// <summary>A machine.</summary>
    /// <param name="policy">The policy of its cases.</param>
    /// <param name="parts">What it is put together from.</param>
    public OrderWorld(OrderPolicy policy, OrderParts parts)
    {
        _policy = policy;
        Parts = parts;
        var plain = new OrderSetting(policy, OrderFlavour.Plain);
        _zones = new MemoryZone[plain.Zones.Count];
        var regions = new MemoryRegion[_zones.Length + 5];
        for (int i = 0; i < _zones.Length; i++)
        {
            var start = new PhysicalAddress(plain.Zones[i]);
            _zones[i] = new MemoryZone($"zone {i}", start, OrderSetting.ZoneFrames * OrderSetting.Frame);
            regions[i] = new MemoryRegion(start, _zones[i].Length, MemoryKind.PageBacked);
        }

        regions[_zones.Length] = new MemoryRegion(new PhysicalAddress(Pools), PoolBytes, MemoryKind.PageBacked);
        regions[_zones.Length + 1] = new MemoryRegion(new PhysicalAddress(TableStart), TableBytes, MemoryKind.PageBacked);
        regions[_zones.Length + 2] = new MemoryRegion(new PhysicalAddress(OrderSetting.Bar), FixedBytes, MemoryKind.Mmio);
        regions[_zones.Length + 3] = new MemoryRegion(new PhysicalAddress(OrderSetting.Protected), FixedBytes, MemoryKind.Protected);
        regions[_zones.Length + 4] = new MemoryRegion(new PhysicalAddress(HighPools), HighPoolBytes, MemoryKind.PageBacked);
        Machine = new EmulatedMachine(regions);
        foreach (MemoryRegion region in regions) Litter(region);
        Iommu = new EmulatedIommu(Machine);
        Hardware = parts.Hardware(Iommu);
        Oracle = parts.Oracle();
        Frames = new FrameAllocator(_zones);
        Probe = new WorldDevice(this, "probe", ushort.MaxValue, ClassFacts.Probe, 0, mapper => mapper);
    }

    internal OrderParts Parts { get; }

    internal OrderOracle Oracle { get; }

    internal EmulatedMachine Machine { get; }

    internal EmulatedIommu Iommu { get; }

    internal IIotlbInvalidation Hardware { get; }

    internal FrameAllocator Tables { get; } = new(new PhysicalAddress(TableStart), TableBytes);


    internal StoppedClock Clock { get; } = new();

    /// <summary>A device that comes while others are told to stop.</summary>
    internal WorldDevice Probe { get; }

    /// <summary>What may back the buffer of the case under way.</summary>
    internal FrameAllocator Frames { get; private set; }

    /// <summary>Bytes of the buffer as one sequential memory would have them, and bytes that are compared with them.</summary>
    internal byte[] Model { get; } = new byte[FixedBytes];

    internal byte[] Scratch { get; } = new byte[FixedBytes];

    /// <summary>What slots are taken from, for a device that reaches memory from an address on.</summary>
    internal FrameAllocator PoolFramesFrom(ulong start) => start > Pools ? _highPoolFrames : _poolFrames;

    /// <summary>The device of a class at a place.</summary>
    internal WorldDevice At(OrderDevice device)
    {
        ref WorldDevice? found = ref _devices[(device.Place * Kinds) + (int)device.Class];
        if (found is null)
        {
            ClassFacts facts = ClassFacts.Of(device.Class);
            ushort requester = (ushort)(1 + (device.Place * Kinds) + (int)device.Class);
            int slots = new OrderSetting(_policy, OrderFlavour.Plain).SlotsOf(facts);
            found = new WorldDevice(this, device.Name, requester, facts, slots, mapper => Parts.Mapper(device.Class, mapper));
        }

        return found;
    }

    /// <summary>A buffer without attachments, in memory of which nothing is taken.</summary>
    internal SharedBuffer Open(OrderSetting setting)
    {
        Frames = new FrameAllocator(_zones);
        if (setting.IsFragmented) Frames.Fragment(1, 7);
        IExporter exporter = setting.Kind switch
        {
            MemoryKind.Mmio => new FixedMemoryExporter("BAR", Machine, new PhysicalAddress(OrderSetting.Bar), setting.Length),
            MemoryKind.Protected => new FixedMemoryExporter("protected memory", Machine, new PhysicalAddress(OrderSetting.Protected), setting.Length),
            _ => new SystemMemoryExporter("system memory", Machine, Frames, setting.Length),
        };
        var policy = new SharingPolicy { AllowsMove = setting.AllowsMove, AllowsBounce = setting.AllowsBounce, PrefersBounce = setting.PrefersBounce };
        return new SharedBuffer(Parts.Exporter(exporter), policy) { Clock = Clock };
    }

    /// <summary>Memory is full of something at first, so that bytes of the wrong frame are other bytes.</summary>
    private void Litter(MemoryRegion region)
    {
        if (region.Start.Value == TableStart) return;
        for (long at = 0; at < region.Length; at += OrderSetting.Frame)
        {
            int from = (int)((region.Start.Value + (ulong)at) / OrderSetting.Frame * 61 % (ulong)(Rubbish.Length - OrderSetting.Frame));
            Machine.Write(region.Start + at, Rubbish.AsSpan(from, OrderSetting.Frame));
        }
    }

    private static byte[] MakeRubbish()
    {
        var bytes = new byte[20_011];
        ulong seed = 1;
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)((seed = OrderSeed.Next(seed)) >> 11);
        return bytes;
    }

    /// <summary>Bytes of the frames that back a buffer, read where they are.</summary>
    internal void ReadHome(PfnBuffer backing, Span<byte> bytes) => Machine.Read(backing.View, 0, bytes);
}
