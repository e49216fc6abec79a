using System.Collections.Generic;
using System.Linq;

namespace Conformance;

/// <summary>Makes a case that goes wrong shorter: halves of its steps are left out, then quarters, and so on.</summary>
internal static class SpyShrinking
{
    private const int MostAttempts = 3000;

    internal static SpyCase Shrink(SpyCase one, SpyParts parts, out string? what)
    {
        var bytes = new SpyBytes();
        what = SpyCampaign.Try(one, parts, new SpyTally(), bytes, out int done, null);
        if (what is null) return one;
        List<int> steps = [.. one.Steps.Take(done + 1)];
        int attempts = 0;
        for (int chunk = steps.Count / 2; chunk > 0 && attempts < MostAttempts;)
        {
            bool shorter = false;
            for (int at = steps.Count - chunk; at >= 0 && attempts++ < MostAttempts; at -= chunk)
            {
                List<int> fewer = [.. steps.Take(at), .. steps.Skip(at + chunk)];
                if (SpyCampaign.Try(one with { Steps = fewer }, parts, new SpyTally(), bytes, out done, null) is not { } wrong) continue;
                (steps, what, shorter) = ([.. fewer.Take(done + 1)], wrong, true);
                at = System.Math.Min(at, steps.Count);
            }

            if (chunk > steps.Count / 2) chunk = steps.Count / 2;
            else if (!shorter || chunk > 1) chunk /= 2;
        }

        return one with { Steps = steps };
    }
}
