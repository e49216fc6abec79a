using System;
using DmaMapping;

namespace Bench;

/// <summary>The emulated device reads all of its buffer, with a cold IOTLB each time.</summary>
internal sealed class DeviceRead(DeviceMachine machine) : IContestant
{
    /// <inheritdoc/>
    public string Name => "device";

    /// <summary>What was read last.</summary>
    internal ReadOnlySpan<byte> Bytes => machine.Destination(0);

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        Span<byte> destination = machine.Destination(0);
        for (int i = 0; i < times; i++)
        {
            machine.ForgetTranslations();
            if (!machine.Port.TryRead(machine.Segment.Address, destination, out DmaFault fault)) Throw.Invalid($"The device got a fault: {fault}.");
            sum += destination[^1];
        }

        return sum;
    }
}
