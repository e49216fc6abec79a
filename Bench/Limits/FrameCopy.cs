using System;

namespace Bench;

/// <summary>What a device's read of scattered frames cannot beat: one copy a frame, of the same frames in the same order.</summary>
internal sealed class FrameCopy(DeviceMachine machine) : IContestant
{
    private readonly byte[] _destination = new byte[DeviceMachine.FrameCount * DeviceMachine.FrameBytes];

    /// <inheritdoc/>
    public string Name => "copy";

    /// <summary>What was copied last.</summary>
    internal ReadOnlySpan<byte> Bytes => _destination;

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            ReadOnlySpan<byte> home = machine.Home;
            Span<byte> rest = _destination;
            foreach (int offset in machine.Offsets)
            {
                home.Slice(offset, DeviceMachine.FrameBytes).CopyTo(rest);
                rest = rest[DeviceMachine.FrameBytes..];
            }

            sum += _destination[^1];
        }

        return sum;
    }
}
