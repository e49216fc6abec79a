using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>More room in the pool for a view that found none.</summary>
public sealed partial class BounceMapper
{
    /// <summary>Whether there can be more room for a view than there was when it was refused.</summary>
    private bool TryGrow(scoped in PfnView view, Copying copying, MapOptions options)
    {
        // While somebody waits for slots, nobody else gets those that it would grow by.
        if (_pool.HasWaiters) return false;
        long needed = SlotsFor(view, copying) + _choice.MostLead(_pool);
        if (needed <= _pool.MostSlotsEver && _pool.TryGrow(needed, _choice.WantsOneRun, _choice.PlacementOf((int)needed))) return true;

        // A prefix is content with what can be had.
        return Prefix(options) && _pool.TryGrow(1, oneRun: true, _choice.PlacementOf(1));
    }

    /// <summary>Whether a view is more than could ever be, told before it is expanded into frames of 4 KiB.</summary>
    private bool IsTooLarge(scoped in PfnView view, Copying copying, MapOptions options)
    {
        const long Large = 1 << 16;
        long frames = Substitution.FramesOf(view);
        return frames > MostFrames || (frames > Large && !Prefix(options) && copying != Copying.Fewest && SlotsFor(view, copying) > _pool.MostSlotsEver);
    }

    /// <summary>Slots that a view takes, all of them.</summary>
    private long SlotsFor(scoped in PfnView view, Copying copying)
    {
        if (copying == Copying.Everything) return Substitution.FramesOf(view);
        long slots = 0;
        if (copying == Copying.Fewest)
        {
            SubstitutionScratch scratch = SubstitutionScratch.Take();
            long offset = view.Offset & (PageSize.Size4K.Bytes - 1);
            if (TryChoose(scratch, view))
            {
                foreach (CopyStretch bytes in scratch.Fewest.Copied)
                    slots += ((offset + bytes.End - 1) >> PageSize.Size4K.Shift) + 1 - ((offset + bytes.From) >> PageSize.Size4K.Shift);
            }

            scratch.Return();
            return slots;
        }

        foreach (FrameRun run in view.Runs)
        {
            ulong address = run.Address.Value;
            for (long left = run.Length; left > 0;)
            {
                int from = (int)(address & (ulong)(PageSize.Size4K.Bytes - 1));
                int bytes = (int)Math.Min(left, PageSize.Size4K.Bytes - from);
                if (_choice.MustBounce(new Pfn(address >> PageSize.Size4K.Shift), from, from + bytes)) slots++;
                address += (ulong)bytes;
                left -= bytes;
            }
        }

        return slots;
    }
}
