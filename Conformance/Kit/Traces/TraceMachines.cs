using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>Draws machines and devices as there are, and some as there might be.</summary>
internal static class TraceMachines
{
    private const int Devices = 3;

    private static readonly DmaWindow Below16M = new(default, new DmaAddress(0xFF_FFFF));
    private static readonly DmaWindow Below4G = new(default, new DmaAddress(0xFFFF_FFFF));

    /// <summary>Narrow ones, around where IOVAs end and around holes.</summary>
    private static readonly DmaWindow[] Apertures =
    [
        new(new DmaAddress(0x10_0000), new DmaAddress(0x1F_FFFF)),
        new(default, new DmaAddress(0x7F_FFFF)),
        new(new DmaAddress(0xFED0_0800), new DmaAddress(0xFEFF_F7FF)),
        new(new DmaAddress(0xFFF8_0000), new DmaAddress(0xFFFF_FFFF)),
        new(new DmaAddress(0xFFF8_0000), new DmaAddress(0x1_0007_FFFF)),
        new(new DmaAddress((1ul << 48) - 0x20_0000), new DmaAddress((1ul << 48) - 1)),
    ];

    internal static TraceSetting Setting(ref SpyRandom random) => new()
    {
        BusOffset = random.Below(6) switch { 0 => 0x8000_0000, 1 => -0x40_0000, _ => 0 },
        Slots = random.OneIn(4) ? TraceMemory.MostSlots : 8 + random.Below(64),
        Tables = random.OneIn(16) ? 60 + random.Below(20) : TraceMemory.MostTables,
        LongestRun = random.Below(6) switch { 0 => 1, 1 => 3, 2 => 17, _ => 0 },
        SharedBytes = random.OneIn(3) ? 1 + random.Below(8192) : 1 + random.Below(200_000),
        Pending = 1 + random.Below(8),
        FrameByFrame = random.OneIn(4),
    };

    internal static IReadOnlyList<TraceDevice> DrawDevices(ref SpyRandom random, TraceTally tally)
    {
        var devices = new TraceDevice[Devices];
        for (int i = 0; i < devices.Length; i++)
        {
            TraceDevice device = Device(ref random);
            tally.Count(TraceTally.Devices, device.Kind);
            bool isNarrow = random.OneIn(3);
            DmaWindow aperture = Apertures[random.Below(Apertures.Length)];
            bool fits = aperture.First >= device.Rules.Window.First && aperture.Last <= device.Rules.Window.Last;
            devices[i] = device with
            {
                IsConfined = random.OneIn(4),
                IsCopied = random.OneIn(5),
                Format = random.Below(4),
                Aperture = isNarrow && fits ? aperture : default,
            };
        }

        return devices;
    }

    private static TraceDevice Device(ref SpyRandom random) => random.Below(20) switch
    {
        < 4 => new("any", default),
        < 6 => new("nic32", new DmaConstraints { Window = random.OneIn(3) ? Uneven(ref random, 1ul << 32) : Below4G }),
        < 8 => new("isa24", new DmaConstraints { Window = Below16M, MaxSegmentSize = 0x1_0000, SegmentBoundaryMask = 0xFFFF }),
        < 10 => new("nvme", new DmaConstraints { MaxSegmentSize = 4096, SegmentBoundaryMask = 0xFFF, Alignment = 4, OffsetPreservingMask = 0xFFF }),
        < 12 => new("camera", new DmaConstraints { MaxSegmentCount = 1, Window = random.OneIn(2) ? Below4G : default }),
        < 14 => new("display", new DmaConstraints { MaxSegmentCount = 2 + random.Below(7) }),
        < 16 => new("boundary", new DmaConstraints { SegmentBoundaryMask = random.OneIn(2) ? 0xFFFFul : 0xF_FFFFul, MaxSegmentSize = random.OneIn(2) ? 0 : 3000 + random.Below(100_000) }),
        < 17 => new("disk", new DmaConstraints { Alignment = 512, Granularity = 512, MaxSegmentSize = 0x1_0000, MaxSegmentCount = 128 }),
        _ => new("random", Rules(ref random)),
    };

    /// <summary>A window that ends inside a frame, a little before an address.</summary>
    private static DmaWindow Uneven(ref SpyRandom random, ulong before) => new(default, new DmaAddress(before - 2 - (ulong)random.Below(8192)));

    private static DmaConstraints Rules(ref SpyRandom random)
    {
        long size = random.Below(3) switch { 0 => 1 + random.Below(20_000), 1 => 4096 << random.Below(10), _ => 0 };
        ulong boundary = random.OneIn(3) ? (1ul << (9 + random.Below(14))) - 1 : 0;
        long granularity = random.OneIn(4) ? 1 + random.Below(600) : 0;

        // No segment would be both as short and as long.
        if ((size != 0 && size < granularity) || (boundary != 0 && boundary < (ulong)granularity)) granularity = 0;
        return new DmaConstraints
        {
            Window = random.Below(6) switch
            {
                0 => Below4G,
                1 => new DmaWindow(new DmaAddress(0x1_0000), new DmaAddress(0xFFFF_7FFF)),
                2 => Uneven(ref random, random.OneIn(2) ? 1ul << 24 : 1ul << 32),
                _ => default,
            },
            MaxSegmentSize = size,
            MaxSegmentCount = random.OneIn(3) ? 1 + random.Below(40) : 0,
            SegmentBoundaryMask = boundary,
            Alignment = random.OneIn(3) ? 1ul << random.Below(14) : 0,
            Granularity = granularity,
            OffsetPreservingMask = random.OneIn(3) ? 0xFFFul : 0,
        };
    }
}
