using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance;

/// <summary>Three devices that want to share a buffer.</summary>
/// <param name="Devices">Their classes; a class may stand there twice, as two devices.</param>
/// <param name="Length">Bytes of the buffer.</param>
/// <param name="LongestRun">Longest run of free frames; 0 for memory that is not fragmented.</param>
public sealed record ShareCase(DeviceClass[] Devices, long Length, int LongestRun)
{
    /// <summary>All sets of three, buffers of 1 byte to 1 MiB, memory in all states.</summary>
    public static Arbitrary<ShareCase> Cases { get; } = Arb.From(
        from devices in Gen.Elements(
            DeviceClass.Camera, DeviceClass.Processor, DeviceClass.Display, DeviceClass.Floppy, DeviceClass.Network,
            DeviceClass.Accelerator, DeviceClass.Tester, DeviceClass.Codec, DeviceClass.SoundCard, DeviceClass.Scanner, DeviceClass.Modem).ArrayOf(3)
        from length in Gen.Frequency((1, Gen.Choose(1, 20_000)), (2, Gen.Choose(1, 16).Select(n => n * 4096)), (2, Gen.Choose(1, 1 << 20)))
        from longest in Gen.Elements(0, 1, 3, 40)
        select new ShareCase(devices, length, longest),
        one => one.Length > 4096 ? [one with { Length = one.Length / 2 }] : []);

    /// <summary>All orders of coming.</summary>
    public static IReadOnlyList<int[]> Orders { get; } = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    /// <summary>The name of one device: its class, and a letter.</summary>
    public string NameOf(int device) => $"{Devices[device]} {(char)('a' + device)}";

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Devices.Select((_, i) => NameOf(i)))}; {Length} bytes, runs {LongestRun}";
}
