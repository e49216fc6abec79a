using PfnBuffers;

namespace DmaMapping;

/// <summary>What lies between a device and memory. Thread-safe.</summary>
internal interface IBusPath
{
    /// <summary>
    /// Held while a translation is looked up and used, so that an invalidation can wait until no access uses what it
    /// makes the hardware forget. Null where there is nothing to invalidate.
    /// </summary>
    object? Gate { get; }

    /// <summary>Where an address leads, for at least 1 byte.</summary>
    FaultReason Translate(DmaDevice device, DmaAddress address, MemoryAccess access, out Translation translation);
}
