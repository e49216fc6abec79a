using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>Which frames should be asked for, and which there are.</summary>
internal static class PaperBacking
{
    /// <summary>
    /// The first of the demands that can be served: of everyone, then with some left out who can live with copies, the fewest
    /// first, then by name.
    /// </summary>
    /// <param name="state">What there is.</param>
    /// <param name="newcomer">Who comes to those who are attached; null for nobody.</param>
    /// <param name="forMove">Whether frames are sought for a move: then the newcomer, and whoever holds bytes in place, is not left out.</param>
    /// <param name="now">Whether the frames must be free now; else whether they could ever be.</param>
    internal static PaperDemand? Find(PaperState state, PaperDevice? newcomer, bool forMove, bool now)
    {
        OrderSetting setting = state.Setting;
        Span<int> all = stackalloc int[OrderDevice.Most];
        Span<int> optional = stackalloc int[OrderDevice.Most];
        (int count, int options) = (0, 0);
        for (int i = 0; i < state.Devices.Count; i++)
        {
            PaperDevice device = state.Devices[i];
            bool isNew = ReferenceEquals(device, newcomer);
            if (!device.IsAttached && !isNew) continue;
            all[count++] = i;
            bool stays = forMove && (isNew || (device.IsLive && device.Verdict != Verdict.Bounce));
            if (!stays && OrderOracle.MayBeLeftOut(setting, device.Facts)) optional[options++] = i;
        }

        for (int left = 0; left <= options; left++)
        {
            for (int mask = 0; mask < 1 << options; mask++)
            {
                if (CountBits(mask) != left) continue;
                PaperDemand demand = left > 0 ? PaperDemand.Anything with { NeedsPages = true } : PaperDemand.Anything;
                for (int i = 0; i < count; i++)
                {
                    int at = optional.Slice(0, options).IndexOf(all[i]);
                    if (at < 0 || ((mask >> at) & 1) == 0) demand = demand.And(state.Devices[all[i]].Facts);
                }

                if (Serves(setting, demand, now)) return demand;
            }
        }

        return null;
    }

    /// <summary>The zone that frames for a demand are taken from; -1 where there is none.</summary>
    internal static int ZoneFor(OrderSetting setting, PaperDemand demand)
    {
        for (int i = 0; i < setting.Zones.Count; i++)
        {
            if (setting.Zones[i] >= demand.From && IsBelow(setting.Zones[i] + (OrderSetting.ZoneFrames * OrderSetting.Frame) - 1, demand.Bits)) return i;
        }

        return -1;
    }

    /// <summary>How many frames lie outside a window, and how many runs they make.</summary>
    internal static (int Outside, int Runs) Survey(IReadOnlyList<ulong> frames, ulong from, int bits)
    {
        (int outside, int runs) = (0, 0);
        for (int i = 0; i < frames.Count; i++)
        {
            if (frames[i] < from || !IsBelow(frames[i] + OrderSetting.Frame - 1, bits)) outside++;
            if (i == 0 || frames[i] != frames[i - 1] + OrderSetting.Frame) runs++;
        }

        return (outside, runs);
    }

    private static bool Serves(OrderSetting setting, PaperDemand demand, bool now)
    {
        if (setting.Kind == MemoryKind.PageBacked) return ZoneFor(setting, demand) >= 0 && !(now && setting.IsFragmented && demand.InOneRun);
        ulong start = setting.Kind == MemoryKind.Mmio ? OrderSetting.Bar : OrderSetting.Protected;
        return !demand.NeedsPages && start >= demand.From && IsBelow(start + (ulong)(setting.Frames * OrderSetting.Frame) - 1, demand.Bits);
    }

    private static bool IsBelow(ulong address, int bits) => bits == 64 || address >> bits == 0;

    private static int CountBits(int mask)
    {
        int count = 0;
        for (; mask != 0; mask &= mask - 1) count++;
        return count;
    }
}
