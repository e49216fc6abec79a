using System;
using DmaMapping;

namespace Bench;

/// <summary>The emulated device reads all of its buffer, with a cold IOTLB each time.</summary>
internal sealed class DeviceRead(DeviceMachine machine) : IContestant
{
    private readonly byte[] _destination = new byte[DeviceMachine.FrameCount * DeviceMachine.FrameBytes];

    /// <inheritdoc/>
    public string Name => "device";

    /// <summary>What was read last.</summary>
    internal ReadOnlySpan<byte> Bytes => _destination;

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            machine.ForgetTranslations();
            if (!machine.Port.TryRead(machine.Segment.Address, _destination, out DmaFault fault)) Throw.Invalid($"The device got a fault: {fault}.");
            sum += _destination[^1];
        }

        return sum;
    }
}
