using PfnBuffers;

namespace DmaMapping;

/// <summary>Who looks at each access of a device before it is carried out. Thread-safe.</summary>
internal interface IBusWatch
{
    /// <summary>A device is about to access memory; what is thrown here prevents it.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="length">Bytes, at least 1.</param>
    /// <param name="access">Read or write.</param>
    void Accessing(DmaAddress address, long length, MemoryAccess access);
}
