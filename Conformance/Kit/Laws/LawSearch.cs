using System;
using System.Globalization;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance;

/// <summary>Tries a law on generated cases; the first that breaks it is made as small as it goes, and told in full.</summary>
internal static class LawSearch
{
    /// <summary>Shrinking tries no more cases than this: it is for the reader, and each case costs what a test does.</summary>
    private const int MostTries = 300;

    internal static LawReport Over<T>(string name, string promise, double leastShare, Arbitrary<T> cases, int count, ulong seed, Func<T, LawOutcome> attempt)
    {
        int showed = 0, tried = 0;
        foreach (T one in cases.Generator.Sample(count, Seed.Batch(seed, 0), Seed.Size))
        {
            tried++;
            LawOutcome outcome = Try(attempt, one);
            if (outcome.Showed) showed++;
            if (!outcome.IsBroken) continue;
            int shrinks = 0;
            T least = CaseShare.IsWhole ? Shrunk(cases, one, attempt, ref outcome, out shrinks) : one;
            return new LawReport(name, tried, showed, leastShare, Told(name, promise, least, outcome, tried, seed, shrinks, count));
        }

        return new LawReport(name, tried, showed, leastShare, null);
    }

    private static LawOutcome Try<T>(Func<T, LawOutcome> attempt, T one)
    {
#pragma warning disable CA1031 // Whatever a mapper under test throws breaks the law, and does not end the run.
        try
        {
            return attempt(one);
        }
        catch (LawViolatedException e)
        {
            return LawOutcome.Broken(e.Message);
        }
        catch (Exception e)
        {
            return LawOutcome.Broken($"{e.GetType().Name}: {e.Message}\n{e.StackTrace}", "no exception");
        }
#pragma warning restore CA1031
    }

    private static T Shrunk<T>(Arbitrary<T> cases, T one, Func<T, LawOutcome> attempt, ref LawOutcome outcome, out int shrinks)
    {
        shrinks = 0;
        int tries = 0;
        bool smaller = true;
        while (smaller)
        {
            smaller = false;
            foreach (T next in cases.Shrinker(one))
            {
                if (++tries > MostTries) return one;
                LawOutcome again = Try(attempt, next);
                if (!again.IsBroken) continue;
                (one, outcome, smaller) = (next, again, true);
                shrinks++;
                break;
            }
        }

        return one;
    }

    private static string Told<T>(string name, string promise, T least, LawOutcome outcome, int which, ulong seed, int shrinks, int count)
    {
        var text = new StringBuilder();
        void Line(string what, string said) => text.Append("  ").Append(what.PadRight(8)).AppendLine(string.Join("\n          ", said.Split('\n').Select(line => line.TrimEnd())));
        text.Append("The law '").Append(name).AppendLine("' is broken.");
        Line("wanted:", outcome.Wanted ?? promise);
        Line("found:", outcome.Found ?? string.Empty);
        Line("case:", least?.ToString() ?? string.Empty);
        Line("repeat:", string.Format(CultureInfo.InvariantCulture, "{0}={1}, case {2} of {3}, shrunk {4} times", Seed.Variable, seed, which, count, shrinks));
        return text.ToString();
    }
}
