using System;

namespace PfnBuffers;

/// <summary>What a direction lets a device do.</summary>
public static class DmaDirectionExtensions
{
    /// <summary>What the device does to the bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No direction.</exception>
    public static MemoryAccess DeviceAccess(this DmaDirection direction)
    {
        if (direction is < DmaDirection.ToDevice or > DmaDirection.Bidirectional)
            Throw.OutOfRange(nameof(direction), direction, "it must be ToDevice, FromDevice or Bidirectional");
        return (MemoryAccess)direction;
    }

    /// <summary>Whether the device may write the bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No direction.</exception>
    public static bool DeviceWrites(this DmaDirection direction) => (direction.DeviceAccess() & MemoryAccess.Write) != 0;
}
