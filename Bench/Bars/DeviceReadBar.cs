using System;
using System.Collections.Generic;

namespace Bench;

/// <summary>P9: what the emulation of a device's reads costs beside the copying itself.</summary>
internal sealed class DeviceReadBar(TimeSpan budget) : IBar
{
    private const double Least = 0.8;

    /// <inheritdoc/>
    public string Id => "P9";

    /// <inheritdoc/>
    public string Title => "emulated device reads 1 MiB of 256 scattered frames, cold IOTLB; limit column: memcpy over the same frames";

    /// <inheritdoc/>
    public int RowCount => 1;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure()
    {
        DeviceMachine machine = new();
        DeviceRead device = new(machine);
        FrameCopy copy = new(machine);
        long walks = machine.Iommu.Walks;
        device.Run(1);
        copy.Run(1);
        Expect(device, copy);
        if (machine.Iommu.Walks - walks < DeviceMachine.FrameCount) Throw.Invalid("Self check failed: the IOTLB is not cold.");

        Interleaved.WarmUp(device, copy);
        double[] took = Interleaved.Measure([device, copy], budget);
        Expect(device, copy);
        yield return new BarRow
        {
            Id = Id,
            Layout = Layout.Scattered,
            Pages = DeviceMachine.FrameCount,
            Ours = took[0] / DeviceMachine.FrameCount,
            Limit = took[1] / DeviceMachine.FrameCount,
            Unit = "ns/page",
            Bar = $">= {Least}x the copy",
            Value = $"{Numbers.Show(took[1] / took[0])}x",
            Ok = took[1] >= Least * took[0],
        };
    }

    private static void Expect(DeviceRead device, FrameCopy copy)
    {
        if (!device.Bytes.SequenceEqual(copy.Bytes)) Throw.Invalid("Self check failed: the device reads other bytes.");
    }
}
