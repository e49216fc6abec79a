using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace DmaMapping;

/// <summary>What a shared buffer is made of, for those who act on it. All but what never changes is guarded by <see cref="Lock"/>.</summary>
internal sealed class BufferCore(IExporter exporter, SharingPolicy policy)
{
    internal object Lock { get; } = new();

    internal IExporter Exporter => exporter;

    internal LateBacking Backing { get; } = new(exporter);

    internal List<Attachment> Attachments { get; } = [];

    internal LiveUses Uses { get; } = new();

    internal Turns Turns { get; } = new();

    internal SharingPolicy Policy { get; set; } = policy;

    /// <summary>The move that is under way; null where there is none.</summary>
    internal MoveAttempt? Move { get; set; }

    /// <summary>Whether holders are yet to hear what came of a move that is over: no other begins before they have.</summary>
    internal bool IsTellingOutcome { get; set; }

    internal bool IsMoveUnderWay => Move is not null || IsTellingOutcome;

    /// <summary>The directories that the buffer is in.</summary>
    internal List<SharedBufferDirectory> Directories { get; } = [];

    internal bool IsDisposed { get; set; }

    /// <summary>Whether the exporter is gone.</summary>
    internal bool IsRevoked { get; set; }

    /// <summary>What deciding looks at: on the frames that there are, or on others.</summary>
    internal SharingState Snapshot(MoveObstacle obstacle = default, PfnBuffer? frames = null) => new(exporter, Policy)
    {
        Backing = frames ?? Backing.Frames,
        Attached = [.. Attachments.Select(one => one.Importer)],
        Holdings = Holdings(),
        Obstacle = obstacle,
    };

    internal DmaConstraints Merge()
        => Attachments.Aggregate(DmaConstraints.None, (merged, one) => DmaConstraints.Meet(merged, one.Importer.Profile.Device.Constraints));

    internal void ThrowIfDisposed()
    {
        if (IsDisposed) Throw.Disposed(nameof(SharedBuffer));
    }

    internal void ThrowIfDetached(Attachment attachment)
    {
        ThrowIfDisposed();
        if (attachment.IsDetached) Throw.Invalid($"{attachment.Name} is detached from the buffer.");
    }

    private List<Holding> Holdings()
    {
        var holdings = new List<Holding>();
        for (int slot = 0; slot < Uses.End; slot++)
        {
            if (!Uses.IsLive(slot)) continue;
            ref LiveUse use = ref Uses[slot];
            (string owner, HoldingKind kind) = (use.Owner, use.Kind);
            if (holdings.Exists(one => one.Holder == owner && one.Kind == kind)) continue;
            bool movable = use.Attachment is { Movable: not null } && !use.IsRevoked;
            holdings.Add(new Holding(owner, kind, movable, use.Attachment?.Standing.Verdict == Verdict.Bounce));
        }

        return holdings;
    }
}
