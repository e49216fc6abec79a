namespace Conformance;

/// <summary>What a step does. What names a place where nothing is, or one that is taken, does nothing, so any steps can be left out of a trace.</summary>
public enum TraceAction
{
    /// <summary>Names frames as a buffer.</summary>
    Buffer,

    /// <summary>Takes frames from the allocator as a buffer.</summary>
    Allocate,

    /// <summary>Ends a buffer that is not mapped.</summary>
    Free,

    /// <summary>Maps a part of a buffer for a device.</summary>
    Map,

    /// <summary>Ends a mapping.</summary>
    Unmap,

    /// <summary>Makes what the device wrote visible to the CPU.</summary>
    SyncForCpu,

    /// <summary>Makes what the CPU wrote visible to the device.</summary>
    SyncForDevice,

    /// <summary>A device reads, at an offset from where its mapping starts, or past its end.</summary>
    Read,

    /// <summary>A device writes there.</summary>
    Write,

    /// <summary>A device reads and writes where a mapping of it was that has ended.</summary>
    Revisit,

    /// <summary>The CPU reads a buffer.</summary>
    CpuRead,

    /// <summary>The CPU writes a buffer.</summary>
    CpuWrite,

    /// <summary>A caller does what it must not.</summary>
    Misuse,

    /// <summary>A device attaches to the shared buffer.</summary>
    Attach,

    /// <summary>A device detaches from it.</summary>
    Detach,

    /// <summary>A device maps a part of the shared buffer.</summary>
    Share,

    /// <summary>The CPU reads the shared buffer.</summary>
    SharedRead,

    /// <summary>The CPU writes the shared buffer.</summary>
    SharedWrite,

    /// <summary>Takes IOVAs for a device.</summary>
    Reserve,

    /// <summary>Links a part of a buffer into them.</summary>
    Link,

    /// <summary>Takes links out.</summary>
    Unlink,

    /// <summary>Gives IOVAs back.</summary>
    Release,

    /// <summary>Makes a mapping of what is reserved.</summary>
    Spend,

    /// <summary>Time passes: more than a lazy domain's window.</summary>
    PassTime,
}
