using System;
using System.Globalization;

namespace PfnBuffers;

/// <summary>
/// Who a device is on the bus: bus, device and function, as the IOMMU sees them in each request
/// (PCI Express Base Specification, section 2.2.6, Requester ID).
/// </summary>
public readonly struct RequesterId : IEquatable<RequesterId>
{
    /// <summary>A requester by its 16-bit number.</summary>
    /// <param name="value">Bus in the high byte, device in the next five bits, function in the low three.</param>
    public RequesterId(ushort value) => Value = value;

    /// <summary>A requester by bus, device and function.</summary>
    /// <param name="bus">0 to 255.</param>
    /// <param name="device">0 to 31.</param>
    /// <param name="function">0 to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number outside its range.</exception>
    public RequesterId(int bus, int device, int function)
    {
        if (bus is < 0 or > 255) Throw.OutOfRange(nameof(bus), bus, "it must lie in 0 to 255");
        if (device is < 0 or > 31) Throw.OutOfRange(nameof(device), device, "it must lie in 0 to 31");
        if (function is < 0 or > 7) Throw.OutOfRange(nameof(function), function, "it must lie in 0 to 7");
        Value = (ushort)((bus << 8) | (device << 3) | function);
    }

    /// <summary>The 16-bit number.</summary>
    public ushort Value { get; }

    /// <summary>The same requester.</summary>
    public static bool operator ==(RequesterId left, RequesterId right) => left.Value == right.Value;

    /// <summary>Another requester.</summary>
    public static bool operator !=(RequesterId left, RequesterId right) => left.Value != right.Value;

    /// <inheritdoc/>
    public bool Equals(RequesterId other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RequesterId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value;

    /// <summary>Bus, device and function as <c>00:1f.2</c>.</summary>
    public override string ToString()
        => string.Format(CultureInfo.InvariantCulture, "{0:x2}:{1:x2}.{2}", Value >> 8, (Value >> 3) & 31, Value & 7);
}
