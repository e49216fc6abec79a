using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Conformance;

/// <summary>Cases as text that people can read and replay: one step a line. What follows a <c>#</c> is a comment.</summary>
public static class SpyTrace
{
    private const string Life = "life";
    private const string Step = "step";

    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <summary>Whether a text tells such a case, rather than one of orders.</summary>
    public static bool IsIn(string text) => Array.Exists(text.Split('\n'), line => line.StartsWith(Life + " ", StringComparison.Ordinal));

    /// <summary>A case as text, with what each step does.</summary>
    public static string Write(SpyCase one, SpyParts parts)
    {
        var text = new StringBuilder();
        text.Append(Life).Append(' ').Append(one.Seed.ToString(CultureInfo.InvariantCulture)).Append('\n');
        int logged = 0;
        SpyCampaign.Try(one, parts, new SpyTally(), new SpyBytes(), out _, line =>
        {
            text.Append(line.Replace("\n", " ")).Append('\n');
            logged++;
        });
        for (; logged < one.Steps.Count; logged++) text.Append(Step).Append(' ').Append(one.Steps[logged].ToString(CultureInfo.InvariantCulture)).Append(" # there\n");
        return text.ToString();
    }

    /// <summary>The case that a text tells.</summary>
    /// <exception cref="FormatException">The text tells none; the message says at which line, and why, in one line.</exception>
    public static SpyCase Parse(string text)
    {
        ulong? seed = null;
        var steps = new List<int>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string[] words = lines[i].Split('#')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (seed is not null && steps.Count > 0 && words.Length == 0) break;
            if (words.Length > 0 && words[0] == Life)
            {
                if (seed is not null || words.Length != 2 || !ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)) throw new FormatException($"line {i + 1}: a life has one seed, a number");
                seed = number;
            }
            else if (seed is not null && words.Length > 0)
            {
                if (words[0] != Step || words.Length != 2 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int step)) throw new FormatException($"line {i + 1}: a step has a number");
                steps.Add(step);
            }
        }

        return new SpyCase(seed ?? throw new FormatException("no line says the life"), steps);
    }
}
