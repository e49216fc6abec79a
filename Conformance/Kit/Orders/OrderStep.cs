namespace Conformance;

/// <summary>What a device does in a step.</summary>
public enum OrderAction
{
    /// <summary>It attaches.</summary>
    Attach,

    /// <summary>It maps the buffer, or a first window of it, or takes its pfns.</summary>
    Map,

    /// <summary>It unmaps, or puts the pfns back.</summary>
    Unmap,

    /// <summary>It detaches.</summary>
    Detach,
}

/// <summary>One step of a case.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Device">Index of the device that does it.</param>
public readonly record struct OrderStep(OrderAction Action, int Device);
