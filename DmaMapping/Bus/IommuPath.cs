using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The way of one requester's accesses through an IOMMU: its place in the context table, of which there is one for each
/// requester ever connected. Thread-safe.
/// </summary>
internal sealed class IommuPath(RequesterId requester, IPhysicalMemory memory, Iotlb iotlb) : IBusPath
{
    private IommuContext? _context;

    /// <summary>The domain that the requester is in; null where none. Changed under the context table's lock.</summary>
    public bool IsTrusted => Context is not { IsTrusted: false };

    internal IommuContext? Context
    {
        get => Volatile.Read(ref _context);
        set => Volatile.Write(ref _context, value);
    }

    public FaultReason Translate(ref BusCursor cursor, DmaAddress address, MemoryAccess access, out PhysicalAddress target)
    {
        target = default;
        if (!TryEnter(ref cursor, address, out IommuContext? context, out FaultReason reason)) return reason;
        int set = cursor.Held - 1;
        if (!iotlb.TryFind(set, context!.Domain, out IotlbEntry entry, out int way))
        {
            reason = Walk(ref cursor, context, set, address, out entry);
            if (reason != FaultReason.None) return reason;
            iotlb.Add(set, way, context.Domain, entry);
        }

        if ((entry.Access & access) == 0) return access == MemoryAccess.Write ? FaultReason.NoWriteAccess : FaultReason.NoReadAccess;
        target = entry.Target + (long)(address.Value & (ulong)(PageSize.Size4K.Bytes - 1));
        return FaultReason.None;
    }

    public void Release(ref BusCursor cursor)
    {
        iotlb.Leave(cursor.Held - 1);
        cursor.Held = 0;
    }

    public void End(ref BusCursor cursor)
    {
        iotlb.Tables.Release(cursor.Hold);
        cursor.Hold = 0;
    }

    private FaultReason Walk(ref BusCursor cursor, IommuContext context, int set, DmaAddress address, out IotlbEntry entry)
    {
        iotlb.CountWalk(set);
        long region = TableHolds.RegionOf(iotlb.TagOf(set));
        if (cursor.Region == region && ReferenceEquals(cursor.Context, context) && iotlb.Tables.IsKept(cursor.Hold, region))
            return context.Walker.Resume(ref cursor, address, out entry);

        // The hold comes first: whoever takes tables away sees it, or else this walk finds them gone.
        cursor.Context = cursor.IsLong && iotlb.Tables.TryTake(ref cursor.Hold, region) ? context : null;
        cursor.Region = region;
        FaultReason reason = context.Walker.Walk(memory, ref cursor, context.Root, address, out entry);
        if (reason != FaultReason.None) cursor.Context = null;
        return reason;
    }

    /// <summary>
    /// Takes the lock that an address needs. The context is read again under it: whoever takes a context away looks at the locks
    /// afterwards, so that either it sees this access there, or this access sees that the context is gone.
    /// </summary>
    private bool TryEnter(ref BusCursor cursor, DmaAddress address, out IommuContext? context, out FaultReason reason)
    {
        while (true)
        {
            context = Context;
            reason = FaultReason.NoDomain;
            if (context is null) return false;
            reason = FaultReason.BeyondTables;
            if (address.Value >> context.InputBits != 0) return false;
            cursor.Held = iotlb.Enter(context.Domain, address.Value >> PageSize.Size4K.Shift, requester) + 1;
            if (ReferenceEquals(Context, context)) return true;
            Release(ref cursor);
        }
    }
}
