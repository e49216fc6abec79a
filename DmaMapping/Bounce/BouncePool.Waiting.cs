using System;
using System.Threading;
using System.Threading.Tasks;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Reservations of slots, and those who wait for them.</summary>
public sealed partial class BouncePool
{
    /// <summary>Whether somebody waits: then nobody else gets any slots.</summary>
    internal bool HasWaiters => _waiters.Any;

    internal Task<SlotGrant> Wait(in SlotRequest request, CancellationToken cancel) => _waiters.Wait(request, cancel);

    /// <summary>Reserves slots, whoever waits: all of them or none.</summary>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    internal bool TryReserve(in SlotRequest request, out ReservedSlots? reserved)
    {
        reserved = null;
        var taken = new ReservedSlots(this);
        bool all;
        lock (_cold)
        {
            all = TryReserve(request, taken);
            if (!all)
            {
                taken.GiveBack();
                all = TryGrow(request.Count, request.OneRun, request.Placement) && TryReserve(request, taken);
                if (!all) taken.GiveBack();
            }
        }

        if (!all)
        {
            GaveUnused();
            return false;
        }

        request.User.AddReserved(taken.Count);
        reserved = taken;
        return true;
    }

    private bool TryReserve(in SlotRequest request, ReservedSlots taken)
    {
        Placement placement = request.Placement;
        for (int left = request.Count, run = left; left > 0; run = Math.Min(run, left))
        {
            if (TryTake(run, placement, out int slot, served: true))
            {
                taken.Add(new SlotRun(slot, run));
                left -= run;
            }
            else if (request.OneRun || run == 1)
            {
                return false;
            }
            else
            {
                run = Math.Max(1, run / 2);
                placement = default;
            }
        }

        return true;
    }
}
