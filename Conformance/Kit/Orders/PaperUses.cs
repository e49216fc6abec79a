using System;
using PfnBuffers;

namespace Conformance;

/// <summary>What a mapping should hold, and what stands against it (invariant I7).</summary>
internal static class PaperUses
{
    /// <summary>Bytes that a device should get: all, or the first window.</summary>
    internal static long LengthOf(PaperState state, PaperDevice device)
    {
        OrderSetting setting = state.Setting;
        ClassFacts facts = device.Facts;
        if (!facts.MapsWindows) return setting.Length;
        if (device.Verdict == Verdict.Bounce) return Math.Min(setting.Length, (long)setting.SlotsOf(facts) * OrderSetting.Frame);
        (int runs, int frames) = (1, 1);
        for (; frames < setting.Frames; frames++)
        {
            if (state.Frames![frames] != state.Frames[frames - 1] + OrderSetting.Frame && runs++ == facts.MostSegments) break;
        }

        return Math.Min(setting.Length, (long)frames * OrderSetting.Frame);
    }

    /// <summary>The first byte of which a device holds a copy; the end where it holds none.</summary>
    internal static long CopiesFrom(PaperState state, PaperDevice device)
        => device.Verdict != Verdict.Bounce ? device.Length
        : OrderOracle.MustCopy(state.Setting, device.Facts) ? device.Length - (device.Length % OrderSetting.Frame)
        : 0;

    /// <summary>Whether somebody holds bytes that a device is not to hold at the same time.</summary>
    internal static bool IsInTheWay(PaperState state, PaperDevice newcomer)
    {
        foreach (PaperDevice other in state.Devices)
        {
            if (!ReferenceEquals(other, newcomer) && Conflict(newcomer, other)) return true;
        }

        return false;
    }

    /// <summary>Whether one holds bytes that the other is not to hold at the same time: a copy, and one of the two may write.</summary>
    internal static bool Conflict(PaperDevice newcomer, PaperDevice other)
    {
        if (!other.IsLive || !(newcomer.Writes || other.Writes) || (newcomer.Facts.TakesTurns && other.Facts.TakesTurns)) return false;
        return Math.Min(newcomer.CopiesFrom, other.CopiesFrom) < Math.Min(newcomer.Length, other.Length);
    }

    /// <summary>Who holds a copy that stands against an access by the CPU; null where nobody does. To those who take turns it is a turn.</summary>
    internal static PaperDevice? AgainstCpu(PaperState state, long offset, long length, bool writes)
    {
        foreach (PaperDevice device in state.Devices)
        {
            if (!device.IsLive || device.Facts.TakesTurns || !(writes || device.Writes)) continue;
            if (Math.Max(offset, device.CopiesFrom) < Math.Min(offset + length, device.Length)) return device;
        }

        return null;
    }
}
