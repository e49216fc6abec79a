using System;

namespace Bench;

/// <summary>What a device's read of scattered frames cannot beat: one copy a frame, of the same frames in the same order.</summary>
internal sealed class FrameCopy(DeviceMachine machine) : IContestant
{
    /// <inheritdoc/>
    public string Name => "copy";

    /// <summary>What was copied last.</summary>
    internal ReadOnlySpan<byte> Bytes => machine.Destination(1);

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        Span<byte> destination = machine.Destination(1);
        for (int i = 0; i < times; i++)
        {
            ReadOnlySpan<byte> home = machine.Home;
            Span<byte> rest = destination;
            foreach (int offset in machine.Offsets)
            {
                home.Slice(offset, DeviceMachine.FrameBytes).CopyTo(rest);
                rest = rest[DeviceMachine.FrameBytes..];
            }

            sum += destination[^1];
        }

        return sum;
    }
}
