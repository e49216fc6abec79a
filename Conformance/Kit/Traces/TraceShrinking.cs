using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Makes a trace that goes wrong shorter: halves of its steps are left out, then quarters, and so on; then what is left is made plain.</summary>
internal static class TraceShrinking
{
    private const int MostAttempts = 2000;

    /// <summary>The shortest trace found that still goes wrong.</summary>
    /// <param name="one">A trace that goes wrong.</param>
    /// <param name="what">What is wrong in the shortest; null where even the first goes well once more.</param>
    internal static TraceCase Shrink(TraceCase one, out string? what)
    {
        var bytes = TraceBytes.OfThisThread;
        what = RandomCampaign.Try(one, bytes, out int done);
        if (what is null) return one;
        one = one with { Steps = [.. one.Steps.Take(done + 1)] };
        int attempts = 0;
        for (bool shorter = true; shorter && attempts < MostAttempts;)
        {
            shorter = false;
            for (int chunk = Math.Max(1, one.Steps.Count / 2); chunk > 0; chunk /= 2)
            {
                for (int at = one.Steps.Count - chunk; at >= 0; at = Math.Min(at - chunk, one.Steps.Count - chunk))
                {
                    shorter |= Accept(ref one, one with { Steps = [.. one.Steps.Take(at), .. one.Steps.Skip(at + chunk)] }, bytes, ref what, ref attempts);
                    if (attempts >= MostAttempts) return one;
                }
            }

            shorter |= MakePlain(ref one, bytes, ref what, ref attempts);
        }

        return one;
    }

    private static bool MakePlain(ref TraceCase one, TraceBytes bytes, ref string? what, ref int attempts)
    {
        bool plainer = false;
        for (int i = 0; i < one.Steps.Count; i++)
        {
            // Each is made of the plainest so far.
            for (int way = 0; way < Ways && i < one.Steps.Count; way++)
            {
                TraceStep step = Plainer(one.Steps[i], way);
                if (step.Equals(one.Steps[i])) continue;
                TraceStep[] steps = [.. one.Steps];
                steps[i] = step;
                plainer |= Accept(ref one, one with { Steps = steps }, bytes, ref what, ref attempts);
                if (attempts >= MostAttempts) return false;
            }
        }

        plainer |= Accept(ref one, one with { Setting = new TraceSetting { Slots = one.Setting.Slots, SharedBytes = one.Setting.SharedBytes } }, bytes, ref what, ref attempts);
        for (int i = 0; i < one.Devices.Count; i++)
        {
            foreach (TraceDevice plain in new[] { new TraceDevice("any", default), one.Devices[i] with { Aperture = default, IsCopied = false, IsConfined = false, Format = 0 } })
            {
                TraceDevice[] devices = [.. one.Devices];
                devices[i] = plain;
                plainer |= Accept(ref one, one with { Devices = devices }, bytes, ref what, ref attempts);
            }
        }

        return plainer;
    }

    private const int Ways = 6;

    private static TraceStep Plainer(TraceStep step, int way) => way switch
    {
        0 => step with { Options = MapOptions.None },
        1 => step.Action is TraceAction.Map or TraceAction.Share ? step with { Direction = DmaDirection.Bidirectional } : step,
        2 => step.Runs.Count > 1 ? step with { Runs = [.. step.Runs.Take(step.Runs.Count / 2)] } : step,
        3 => step.Length > 1 && step.Action is not TraceAction.Unlink ? step with { Length = Math.Max(1, step.Length / 2) } : step,
        4 => step.Action is TraceAction.Map or TraceAction.Link ? step with { From = 0 } : step,
        _ => step.Action == TraceAction.Buffer ? step with { At = 0, Variant = 0 } : step,
    };

    private static bool Accept(ref TraceCase one, TraceCase candidate, TraceBytes bytes, ref string? what, ref int attempts)
    {
        if (candidate.Equals(one)) return false;
        attempts++;
        if (RandomCampaign.Try(candidate, bytes, out int done) is not { } wrong || wrong.StartsWith("the machine cannot", StringComparison.Ordinal)) return false;
        one = candidate with { Steps = [.. candidate.Steps.Take(done + 1)] };
        what = wrong;
        return true;
    }
}
