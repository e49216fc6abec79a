using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The live uses of one shared buffer. Slots and the arrays for bounced parts are used again, so a steady state
/// allocates nothing. Guarded by the buffer's lock.
/// </summary>
internal sealed class LiveUses
{
    private readonly IdleArrays<MapPart> _parts = new();
    private LiveUse[] _uses = new LiveUse[8];
    private bool[] _live = new bool[8];
    private int _used;

    /// <summary>No slot before it is free.</summary>
    private int _firstFree;

    internal int Count { get; private set; }

    /// <summary>How many there may be: slots up to here are live or free.</summary>
    internal int End => _used;

    internal ref LiveUse this[int slot] => ref _uses[slot];

    internal bool IsLive(int slot) => _live[slot];

    /// <summary>
    /// The use that a mapping would be: whether it writes, and which of its bytes would be copies. What would not be mapped
    /// is no use; a mapper that cannot copy is not asked, and succeeds as far as this is concerned.
    /// </summary>
    internal MapPlan Foresee(Attachment attachment, scoped in PfnView view, long offset, DmaDirection direction, MapOptions options, out LiveUse use)
    {
        IDmaMapper mapper = attachment.Mapper!;
        MapPlan plan = mapper.Profile.BounceCapacity == 0
            ? new MapPlan { Status = MapStatus.Mapped, Length = view.Length, FailedFrame = -1 }
            : mapper.Plan(view, direction, options, default);
        MapPart[] parts = [];
        int bounced = 0;
        if (plan.Succeeds && plan.BouncedBytes > 0)
        {
            parts = RentParts(plan.PartCount);
            int listed = Math.Min(mapper.Plan(view, direction, options, parts).PartCount, parts.Length);
            for (int i = 0; i < listed; i++)
            {
                if (parts[i].Treatment == MapTreatment.Bounced) parts[bounced++] = new MapPart(offset + parts[i].Offset, parts[i].Length, MapTreatment.Bounced);
            }
        }

        use = new LiveUse
        {
            Attachment = attachment,
            Kind = HoldingKind.Mapping,
            Offset = offset,
            Length = plan.Length,
            Direction = direction,
            Options = options & ~MapOptions.Prefix,
            Writes = direction.DeviceWrites(),
            TakesTurns = attachment.Importer.TakesTurns,
            Bounced = parts,
            BouncedCount = bounced,
        };
        return plan;
    }

    /// <summary>
    /// What a foreseen use came to be. Others share its mapper's pool, so more may have been mapped or copied than was
    /// foreseen: then every byte counts as a copy, for which of them are is not known any more.
    /// </summary>
    internal static LiveUse Become(in LiveUse foreseen, in MapResult mapping, in MapPlan plan)
    {
        LiveUse use = foreseen with { Length = mapping.Length, Inner = mapping.Token, BouncedBytes = mapping.BouncedBytes };
        if (mapping.BouncedBytes > 0 && (mapping.Length > plan.Length || mapping.BouncedBytes > ListedIn(use))) use.IsAllBounced = true;
        return use;
    }

    /// <summary>Bytes of a use that are known to be copies, one by one.</summary>
    private static long ListedIn(in LiveUse use)
    {
        long listed = 0;
        for (int i = 0; i < use.BouncedCount; i++)
        {
            MapPart part = use.Bounced[i];
            listed += Math.Max(0, Math.Min(part.Length, use.Offset + use.Length - part.Offset));
        }

        return listed;
    }

    /// <summary>The use that mapping a part of a plane would be; where any of it would be a copy, all of it counts as one.</summary>
    internal static MapPlan ForeseePlane(Attachment attachment, scoped in PfnView frames, in Plane plane, in PlanePieces pieces, long from, DmaDirection direction, MapOptions options, out LiveUse use)
    {
        MapPlan plan = attachment.Planes.PlanPieces(frames, pieces, direction, options);
        use = new LiveUse
        {
            Attachment = attachment,
            Kind = HoldingKind.Mapping,
            Offset = pieces.OffsetOf(0),
            Length = plan.Length,
            Plane = plane,
            From = from,
            Direction = direction,
            Options = options & ~MapOptions.Prefix,
            Writes = direction.DeviceWrites(),
            TakesTurns = attachment.Importer.TakesTurns,
            Bounced = [],
            IsAllBounced = plan.BouncedBytes > 0,
        };
        return plan;
    }

    /// <summary>The owner of a live use that a new one would conflict with; null where there is none.</summary>
    internal string? FindConflict(in LiveUse use)
    {
        for (int i = 0; i < _used; i++)
        {
            if (_live[i] && _uses[i].ConflictsWith(use)) return _uses[i].Owner;
        }

        return null;
    }

    /// <summary>Whether somebody has anything live.</summary>
    internal bool Has(Attachment attachment)
    {
        for (int i = 0; i < _used; i++)
        {
            if (_live[i] && ReferenceEquals(_uses[i].Attachment, attachment)) return true;
        }

        return false;
    }

    /// <summary>Whether a mapping was ended under its owner, who has not unmapped it yet: its device may still reach the frames.</summary>
    internal bool AnyRevoked
    {
        get
        {
            for (int i = 0; i < _used; i++)
            {
                if (_live[i] && _uses[i].IsRevoked) return true;
            }

            return false;
        }
    }

    internal int Add(in LiveUse use)
    {
        int slot = _firstFree;
        while (slot < _used && _live[slot]) slot++;
        if (slot == _uses.Length)
        {
            Array.Resize(ref _uses, slot * 2);
            Array.Resize(ref _live, slot * 2);
        }

        _firstFree = slot + 1;
        _used = Math.Max(_used, slot + 1);
        _uses[slot] = use;
        _live[slot] = true;
        Count++;
        return slot;
    }

    internal void Remove(int slot)
    {
        ReturnParts(_uses[slot].Bounced);
        _uses[slot] = default;
        _live[slot] = false;
        Count--;
        _firstFree = Math.Min(_firstFree, slot);
        while (_used > 0 && !_live[_used - 1]) _used--;
    }

    /// <summary>An array for parts; empty for none.</summary>
    internal MapPart[] RentParts(int count) => count == 0 ? [] : _parts.Rent(count);

    internal void ReturnParts(MapPart[] parts)
    {
        if (parts is { Length: > 0 }) _parts.Return(parts);
    }
}
