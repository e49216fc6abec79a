namespace Bench;

/// <summary>What the baseline tells the device's IOTLB before a strict unmap returns. An emulated IOTLB stands behind it.</summary>
internal interface IIotlbInvalidation
{
    /// <summary>Forgets every translation of a range.</summary>
    /// <param name="domain">Whose translations.</param>
    /// <param name="address">First byte.</param>
    /// <param name="length">Bytes.</param>
    void Invalidate(ushort domain, ulong address, long length);
}
