using PfnBuffers;

namespace DmaMapping;

/// <summary>What lies between a device and memory. Thread-safe.</summary>
internal interface IBusPath
{
    /// <summary>Whether all devices that share the path are trusted: the least trust of a domain is everybody's in it.</summary>
    bool IsTrusted { get; }

    /// <summary>
    /// Where an address leads; what follows it up to the next multiple of 4096 leads on from there. From before the answer is looked up until <see cref="Release"/>, an invalidation of it
    /// waits: no access uses what the hardware was made to forget.
    /// </summary>
    /// <param name="cursor">The access. Afterwards it may hold something, also after a fault or an exception.</param>
    /// <param name="address">The address.</param>
    /// <param name="access">What for.</param>
    /// <param name="target">Where it leads, if the answer is none.</param>
    FaultReason Translate(ref BusCursor cursor, DmaAddress address, MemoryAccess access, out PhysicalAddress target);

    /// <summary>Gives up what the access holds for the page that it used. Called only where there is something.</summary>
    void Release(ref BusCursor cursor);

    /// <summary>Gives up what the access holds for all its pages. Called only where there is something.</summary>
    void End(ref BusCursor cursor);
}
