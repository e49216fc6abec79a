using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>What came of one order of attaching.</summary>
/// <param name="Order">The order.</param>
/// <param name="Stands">How each device stood at the end, by its name; where the bytes were moved for it, that.</param>
/// <param name="Refusals">Who was refused, and why.</param>
/// <param name="MovedFor">For whom the bytes were moved, in the order in which they were.</param>
/// <param name="Backing">Where the bytes were at the end; empty where nobody could map.</param>
internal sealed record OrderOutcome(IReadOnlyList<DeviceKind> Order, IReadOnlyDictionary<string, Verdict> Stands, IReadOnlyList<Refusal> Refusals, IReadOnlyList<string> MovedFor, string Backing)
{
    /// <summary>The devices attach in an order, and the first of them maps.</summary>
    /// <param name="order">The order.</param>
    /// <param name="rule">What deciding may choose.</param>
    /// <param name="mapsAtOnce">Whether the first maps before the second comes; else when everyone is there.</param>
    internal static OrderOutcome Of(IReadOnlyList<DeviceKind> order, SharingRule rule, bool mapsAtOnce)
    {
        var bench = new OrdersBench(PolicyOf(rule));
        var refusals = new List<Refusal>();
        var moved = new List<string>();
        Attachment? first = null;
        bool maps = false;
        foreach (DeviceKind kind in order)
        {
            AttachResult result = kind.Attach(bench);
            if (result.Decision.Refusal is { } refusal) refusals.Add(refusal);
            if (result.Move is { HasMoved: true }) moved.Add(kind.Name);
            first ??= result.Attachment;
            if (mapsAtOnce && !maps && first is not null) Map();
        }

        if (!maps && first is not null) Map();
        Dictionary<string, Verdict> stands = order.ToDictionary(kind => kind.Name, _ => Verdict.Refused);
        foreach (Attachment one in bench.Buffer.Attachments) stands[one.Name] = moved.Contains(one.Name) ? Verdict.Move : one.Decision.Verdict;
        return new OrderOutcome(order, stands, refusals, moved, Where(bench.Buffer.Backing));

        void Map()
        {
            DeviceKind.TakeAll(first, OrdersBench.Length);
            maps = true;
        }
    }

    /// <summary>Whether two orders came to the same.</summary>
    internal bool IsLike(OrderOutcome other)
        => Backing == other.Backing && MovedFor.SequenceEqual(other.MovedFor) && Stands.All(one => other.Stands[one.Key] == one.Value);

    private static SharingPolicy PolicyOf(SharingRule rule) => rule switch
    {
        SharingRule.NoMove => new SharingPolicy { AllowsMove = false },
        SharingRule.NoBounce => new SharingPolicy { AllowsBounce = false },
        SharingRule.PreferBounce => new SharingPolicy { PrefersBounce = true },
        _ => SharingPolicy.Default,
    };

    private static string Where(PfnBuffer? frames)
    {
        if (frames is null) return "none";
        int low = 0;
        foreach (Pfn frame in frames.View.Frames) low += frame.ToAddress(frames.PageSize).Value >> 32 == 0 ? 1 : 0;
        string where = low == frames.FrameCount ? "low" : low == 0 ? "high" : "mixed";
        return $"{where}, {Words.Count(frames.RunCount, "run")}";
    }
}
