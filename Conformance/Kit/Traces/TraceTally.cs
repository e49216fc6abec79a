using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance;

/// <summary>What was played, by class.</summary>
public sealed class TraceTally
{
    /// <summary>What steps do.</summary>
    public const string Actions = "actions";

    /// <summary>How mapping came out.</summary>
    public const string Statuses = "mapped";

    /// <summary>Why not.</summary>
    public const string Refusals = "refusals";

    /// <summary>Bytes that were asked for.</summary>
    public const string Lengths = "lengths";

    /// <summary>How the frames of buffers lie.</summary>
    public const string Layouts = "layouts";

    /// <summary>The sizes of their frames.</summary>
    public const string Pages = "frames";

    /// <summary>Which way bytes go.</summary>
    public const string Directions = "directions";

    /// <summary>What mappings cover, and how they are asked for.</summary>
    public const string Asked = "asked";

    /// <summary>What devices are like.</summary>
    public const string Devices = "devices";

    /// <summary>What accesses of devices come to.</summary>
    public const string Accesses = "accesses";

    /// <summary>Plans of copies that mappings followed, and how they were compared with these.</summary>
    public const string PlannedCopies = "planned copies";

    internal const string Allocations = "allocations";
    internal const string Syncs = "syncs";
    internal const string Plans = "plans";
    internal const string Misuses = "misuses";
    internal const string Verdicts = "verdicts";
    internal const string SharedAccesses = "shared accesses of the CPU";
    internal const string Reservations = "reservations";
    internal const string Links = "links";

    private readonly Dictionary<(string Group, string Name), long> _counts = [];

    /// <summary>Mappings of which everything was foreseen.</summary>
    public long Determined { get; internal set; }

    /// <summary>The groups that have classes, in the order of their names.</summary>
    public IEnumerable<string> Groups => _counts.Keys.Select(key => key.Group).Distinct().OrderBy(group => group, StringComparer.Ordinal);

    /// <summary>The share of a class in its group, 0 to 1.</summary>
    public double Share(string group, string name)
    {
        long all = _counts.Where(one => one.Key.Group == group).Sum(one => one.Value);
        return all == 0 ? 0 : (double)Of(group, name) / all;
    }

    /// <summary>How often a class occurred.</summary>
    public long Of(string group, string name) => _counts.TryGetValue((group, name), out long count) ? count : 0;

    /// <summary>The shares of a group, greatest first, as <c>Mapped 61 %, Unaligned 20 %</c>.</summary>
    public string Shares(string group)
    {
        List<KeyValuePair<(string Group, string Name), long>> classes = [.. _counts.Where(one => one.Key.Group == group)];
        long all = Math.Max(1, classes.Sum(one => one.Value));
        return string.Join(", ", classes.OrderByDescending(one => one.Value).ThenBy(one => one.Key.Name, StringComparer.Ordinal).Select(one => FormattableString.Invariant($"{one.Key.Name} {100.0 * one.Value / all:0.##} %")));
    }

    internal void Count(string group, string name)
    {
        _counts.TryGetValue((group, name), out long before);
        _counts[(group, name)] = before + 1;
    }
}
