using PfnBuffers;

namespace DmaMapping;

/// <summary>A path without an IOMMU: the physical address is the bus address less the bus offset. Nothing is invalidated, and so nothing held.</summary>
internal sealed class PassThrough(long busOffset) : IBusPath
{
    public FaultReason Translate(ref BusCursor cursor, DmaAddress address, MemoryAccess access, out Translation translation)
    {
        var physical = new PhysicalAddress(address.Value - (ulong)busOffset);
        translation = new Translation(physical, PageSize.Size4K.Bytes - physical.OffsetIn(PageSize.Size4K));
        bool wraps = busOffset >= 0 ? physical.Value > address.Value : physical.Value < address.Value;
        return wraps ? FaultReason.NoMemory : FaultReason.None;
    }

    public void Release(ref BusCursor cursor)
    {
    }
}
