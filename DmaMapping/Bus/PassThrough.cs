using PfnBuffers;

namespace DmaMapping;

/// <summary>A path without an IOMMU: the physical address is the bus address less the bus offset. Nothing is invalidated, and so nothing held.</summary>
internal sealed class PassThrough(long busOffset) : IBusPath
{
    public bool IsTrusted => true;

    public FaultReason Translate(ref BusCursor cursor, DmaAddress address, MemoryAccess access, out PhysicalAddress target)
    {
        target = new PhysicalAddress(address.Value - (ulong)busOffset);
        bool wraps = busOffset >= 0 ? target.Value > address.Value : target.Value < address.Value;
        return wraps ? FaultReason.NoMemory : FaultReason.None;
    }

    public void Release(ref BusCursor cursor)
    {
    }

    public void End(ref BusCursor cursor)
    {
    }
}
