using PfnBuffers;

namespace Conformance;

/// <summary>
/// What should happen, reckoned from the blueprint's table with numbers alone: nothing of the library's deciding is used.
/// To see a campaign find something, override one of the answers.
/// </summary>
public class OrderOracle
{
    /// <summary>What an attach should come to.</summary>
    public virtual PaperOutcome Attach(PaperState state, PaperDevice newcomer)
    {
        ClassFacts facts = newcomer.Facts;
        if (IsExcluded(state.Setting, facts)) return PaperOutcome.Of(Verdict.Refused);
        if (state.Frames is null)
        {
            // Frames are looked for that serve everyone; what a device cannot be served with on any frames is refused at once.
            bool served = CoversLength(state.Setting, facts) && (!MustCopy(state.Setting, facts) || CanCopyOnAny(state.Setting, facts))
                && PaperBacking.Find(state, newcomer, forMove: false, now: false) is not null;
            return PaperOutcome.Of(served ? Verdict.Admitted : Verdict.Refused);
        }

        Verdict stands = Stand(state, newcomer);
        if (stands is Verdict.Direct or Verdict.Remap) return PaperOutcome.Of(stands);
        if (stands == Verdict.Bounce && state.Setting.PrefersBounce) return PaperOutcome.Of(stands);
        if (!MustCopy(state.Setting, facts) && CoversLength(state.Setting, facts) && IsFreeToMove(state) && PaperBacking.Find(state, newcomer, forMove: true, now: true) is { } demand)
            return new PaperOutcome(Verdict.Move, facts.IsTranslated ? Verdict.Remap : Verdict.Direct, demand);
        return PaperOutcome.Of(stands);
    }

    /// <summary>How a device should stand on the frames, as they are.</summary>
    public virtual Verdict Stand(PaperState state, PaperDevice device)
    {
        OrderSetting setting = state.Setting;
        ClassFacts facts = device.Facts;
        if (IsExcluded(setting, facts)) return Verdict.Refused;
        (int outside, int runs) = PaperBacking.Survey(state.Frames!, facts.IsTranslated ? 0 : facts.WindowStart, facts.IsTranslated ? 64 : facts.WindowBits);
        bool inPlace = outside == 0 && (runs == 1 || !facts.WantsOneRun) && CoversLength(setting, facts) && !MustCopy(setting, facts);
        if (inPlace) return facts.IsTranslated ? Verdict.Remap : Verdict.Direct;

        // Frames out of reach are copied; for a device of one segment, all are; at an edge, only that.
        int needed = MustCopy(setting, facts) ? 1 : facts.WantsOneRun ? setting.Frames : outside;
        int slots = setting.SlotsOf(facts);
        return MayCopy(setting, facts) && (slots >= needed || facts.MapsWindows) && CoversLength(setting, facts) ? Verdict.Bounce : Verdict.Refused;
    }

    /// <summary>Whether a device's demand may be left out of what is asked of the frames, for it can live with copies of all of them.</summary>
    internal static bool MayBeLeftOut(OrderSetting setting, ClassFacts facts)
        => MayCopy(setting, facts) && (facts.MapsWindows || setting.SlotsOf(facts) >= setting.Frames);

    /// <summary>Whether the mapper copies something of a device's bytes wherever they are.</summary>
    internal static bool MustCopy(OrderSetting setting, ClassFacts facts)
        => facts.IsUntrusted && setting.EndsInsideFrame && setting.SlotsOf(facts) > 0;

    private static bool MayCopy(OrderSetting setting, ClassFacts facts)
        => setting.AllowsBounce && setting.Kind == MemoryKind.PageBacked && !facts.ZeroCopyOnly && !facts.IsRaw && setting.SlotsOf(facts) > 0;

    private static bool CanCopyOnAny(OrderSetting setting, ClassFacts facts) => MayCopy(setting, facts);

    /// <summary>Whether whole units of the device make up the buffer.</summary>
    private static bool CoversLength(OrderSetting setting, ClassFacts facts) => setting.Length % facts.Unit == 0;

    /// <summary>What no frames can mend.</summary>
    private static bool IsExcluded(OrderSetting setting, ClassFacts facts)
    {
        if (facts.NeedsPages && setting.Kind != MemoryKind.PageBacked) return true;
        if (!facts.IsUntrusted) return false;
        return setting.Kind == MemoryKind.Protected || (setting.EndsInsideFrame && setting.SlotsOf(facts) == 0);
    }

    /// <summary>Whether bytes may be moved, and nobody holds them who is not movable or does not answer.</summary>
    private static bool IsFreeToMove(PaperState state)
    {
        if (!state.Setting.AllowsMove || state.Setting.Kind != MemoryKind.PageBacked || state.IsOpenToCpu) return false;
        foreach (PaperDevice device in state.Devices)
        {
            if (device.IsLive && !(device.Facts.IsMovable && state.Setting.HoldersAnswer)) return false;
        }

        return true;
    }
}
