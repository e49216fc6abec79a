using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>Makes a case that goes wrong as short as it can be: fewer devices, then fewer steps, then nothing out of the ordinary.</summary>
public static class OrderShrinking
{
    private const ulong OtherSeeds = 6;

    /// <summary>The shortest case found that still goes wrong, each in a world of its own.</summary>
    /// <param name="one">A case that goes wrong.</param>
    /// <param name="parts">What worlds are put together from.</param>
    /// <param name="what">What is wrong in the shortest; null where even the first goes well in a fresh world.</param>
    public static OrderCase Shrink(OrderCase one, OrderParts parts, out string? what)
    {
        what = OrdersCampaign.Try(one, parts);
        if (what is null) return one;
        for (bool shorter = true; shorter;)
        {
            shorter = false;
            foreach (OrderCase candidate in Shorter(one))
            {
                if (FirstWrong(candidate, parts) is not { } wrong) continue;
                (one, what, shorter) = (wrong.Case, wrong.What, true);
                break;
            }
        }

        return one;
    }

    /// <summary>The case itself, or with other bytes touched: which are depends on the steps before.</summary>
    private static (OrderCase Case, string What)? FirstWrong(OrderCase one, OrderParts parts)
    {
        for (ulong seed = 0; seed <= OtherSeeds; seed++)
        {
            OrderCase other = seed == 0 ? one : one with { Seed = seed };
            if (OrdersCampaign.Try(other, parts) is { } what) return (other, what);
        }

        return null;
    }

    private static IEnumerable<OrderCase> Shorter(OrderCase one)
    {
        if (one.Devices.Count > 1)
        {
            for (int i = 0; i < one.Devices.Count; i++) yield return Without(one, i);
        }

        for (int i = one.Steps.Count - 1; i >= 0; i--)
        {
            OrderStep[] steps = [.. one.Steps.Where((_, at) => at != i)];
            if (OrderTrace.IsValid(steps, one.Steps[i].Device)) yield return one with { Steps = steps };
        }

        // A mapping and its end go together.
        foreach (OrderStep map in one.Steps.Where(step => step.Action == OrderAction.Map))
        {
            OrderStep[] steps = [.. one.Steps.Where(step => step.Device != map.Device || step.Action is not (OrderAction.Map or OrderAction.Unmap))];
            if (steps.Length < one.Steps.Count - 1) yield return one with { Steps = steps };
        }

        if (one.Flavour != OrderFlavour.Plain) yield return one with { Flavour = OrderFlavour.Plain };
        for (int i = 0; i < one.Devices.Count; i++)
        {
            OrderDevice[] devices = [.. one.Devices];
            if (devices[i].Direction == DmaDirection.Bidirectional) continue;
            devices[i] = devices[i] with { Direction = DmaDirection.Bidirectional };
            yield return one with { Devices = devices };
        }
    }

    private static OrderCase Without(OrderCase one, int device) => one with
    {
        Devices = [.. one.Devices.Where((_, i) => i != device)],
        Steps = [.. one.Steps.Where(step => step.Device != device).Select(step => step.Device > device ? step with { Device = step.Device - 1 } : step)],
    };
}
