namespace Conformance;

/// <summary>What happens in a step over links with edges.</summary>
public enum EdgeAction
{
    /// <summary>A view is linked, and mapped in the twin.</summary>
    Link,

    /// <summary>Links are taken out, and the twin's mappings ended.</summary>
    Unlink,

    /// <summary>A part of a link is unlinked, which is a bug.</summary>
    Cut,

    /// <summary>The device writes some of a link's granules, beside the view's bytes too.</summary>
    DeviceWrites,

    /// <summary>The CPU writes some of a link's bytes at home.</summary>
    CpuWrites,

    /// <summary>Some of a link is synced for the CPU.</summary>
    SyncForCpu,

    /// <summary>Some of a link is synced for the device.</summary>
    SyncForDevice,
}
