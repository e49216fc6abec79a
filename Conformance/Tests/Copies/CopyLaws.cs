using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Chooses which frames are copied; null for none that helps.</summary>
internal delegate bool[]? ChooseCopies(CopyCase one);

/// <summary>That what is copied is enough, allowed, and no more than it takes: compared with every way of copying some of the frames.</summary>
internal static class CopyLaws
{
    /// <summary>What is copied keeps the rules; where none is, neither all nor what must be copied does.</summary>
    internal static Law<CopyCase> Valid(ChooseCopies choose) => new("what is copied keeps the rules", CopyCase.Cases, one => Unfit(one, choose(one)));

    /// <summary>The same; and where it is promised, no other way of copying frames takes fewer bytes.</summary>
    internal static Law<CopyCase> Fewest(ChooseCopies choose) => new("the fewest bytes are copied that the rules take", CopyCase.Cases, one =>
    {
        bool[]? chosen = choose(one);
        if (Unfit(one, chosen) is { } broken) return broken;
        if (!one.IsPromised) return null;
        bool[]? least = Ways(one).Where(way => Holds(one, way)).MinBy(way => Bytes(one, way));
        if (least is null || (chosen is not null && Bytes(one, chosen) <= Bytes(one, least))) return null;
        return chosen is null ? $"nothing is said to help, and {Text(least)} does" : $"{Text(chosen)} is chosen, and {Text(least)} is less";
    });

    /// <summary>What kind of case it is, to see that every kind is common.</summary>
    internal static IEnumerable<string> Classes(CopyCase one)
    {
        yield return one.IsPromised ? "promised" : "not promised";
        bool[][] hold = [.. Ways(one).Where(way => Holds(one, way))];
        if (hold.Length == 0) yield return "hopeless";
        else if (Holds(one, Must(one))) yield return "enough";
        else yield return Bytes(one, hold.MinBy(way => Bytes(one, way))!) < Bytes(one, All(one)) ? "some" : "all";
    }

    /// <summary>Whether the segmenter takes the frames, with a run of slots for each stretch of those that are copied.</summary>
    internal static bool Holds(CopyCase one, bool[] copied)
    {
        DmaConstraints rules = one.Constraints with { Window = default };
        var segmenter = new Segmenter(rules, default, countOnly: true);
        for (int i = 0; i < copied.Length;)
        {
            int end = i + 1;
            long length = one.LengthOf(i);
            while (copied[i] && end < copied.Length && copied[end]) length += one.LengthOf(end++);
            ulong home = (one.Pfns[i] * CopyCase.Frame) + (i == 0 ? (ulong)one.Head : 0);
            if (i > 0 && copied[i - 1] != copied[i]) segmenter.EndStretch();
            segmenter.Add(new DmaAddress(copied[i] ? home % CopyCase.Frame : one.AddressOf(i)), new PhysicalAddress(copied[i] ? home % CopyCase.Frame : home), length);
            i = end;
        }

        return segmenter.Finish() == SegmentingStatus.Fits;
    }

    internal static long Bytes(CopyCase one, bool[] copied) => copied.Select((is_, i) => is_ ? one.LengthOf(i) : 0).Sum();

    internal static bool[] All(CopyCase one) => [.. one.Fates.Select(fate => fate != CopyFate.MustNot)];

    private static string? Unfit(CopyCase one, bool[]? chosen)
    {
        if (chosen is null) return Holds(one, All(one)) || Holds(one, Must(one)) ? "nothing is said to help, and all or what must be does" : null;
        for (int i = 0; i < chosen.Length; i++)
        {
            if (one.Fates[i] == (chosen[i] ? CopyFate.MustNot : CopyFate.Must)) return $"{Text(chosen)} is chosen, against the fate of frame {i}";
        }

        if (!Holds(one, chosen)) return $"{Text(chosen)} is chosen, and breaks the rules";
        return Holds(one, Must(one)) && Bytes(one, chosen) > Bytes(one, Must(one)) ? $"{Text(chosen)} is chosen where what must be is enough" : null;
    }

    private static bool[] Must(CopyCase one) => [.. one.Fates.Select(fate => fate == CopyFate.Must)];

    private static IEnumerable<bool[]> Ways(CopyCase one)
        => from mask in Enumerable.Range(0, 1 << one.Pfns.Length)
           let way = one.Fates.Select((_, i) => ((mask >> i) & 1) != 0).ToArray()
           where one.Fates.Zip(way).All(pair => pair.First != (pair.Second ? CopyFate.MustNot : CopyFate.Must))
           select way;

    private static string Text(bool[] copied) => string.Concat(copied.Select(one => one ? 'c' : '.'));
}
