using System.Collections.Generic;

namespace Conformance;

/// <summary>All that the oracle looks at: numbers only.</summary>
/// <param name="setting">What surrounds the devices.</param>
/// <param name="devices">All devices of the case, in the order of their names.</param>
public sealed class PaperState(OrderSetting setting, IReadOnlyList<PaperDevice> devices)
{
    /// <summary>What surrounds the devices.</summary>
    public OrderSetting Setting => setting;

    /// <summary>All devices of the case, in the order of their names.</summary>
    public IReadOnlyList<PaperDevice> Devices => devices;

    /// <summary>Addresses of the frames that back the buffer; null while none do.</summary>
    public IReadOnlyList<ulong>? Frames { get; set; }

    /// <summary>Whether the CPU has the bytes open.</summary>
    public bool IsOpenToCpu { get; set; }
}
