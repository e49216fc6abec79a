using System.Collections.Generic;
using System.Linq;

namespace Conformance;

/// <summary>
/// What is taken by whom, for addresses, slots and tokens alike: nothing is taken twice, no name is ever given again, and only what is taken is
/// given back, once. A refusal is always possible: what others are just giving back may be neither taken nor free.
/// </summary>
internal sealed class TakenModel(SortedDictionary<long, (ulong From, ulong Count)> taken, SortedSet<long> ended) : ISequentialModel
{
    internal static TakenModel Empty { get; } = new([], []);

    public string Key => string.Join(",", taken.Keys) + ";" + string.Join(",", ended);

    public ISequentialModel? After(ThreadEvent call)
    {
        bool isTaken = taken.ContainsKey(call.Id);
        switch (call.Call)
        {
            case ThreadCall.Taken:
                if (isTaken || ended.Contains(call.Id) || taken.Values.Any(one => Overlap(one, call))) return null;
                return new TakenModel(new SortedDictionary<long, (ulong From, ulong Count)>(taken) { { call.Id, (call.From, call.Count) } }, ended);
            case ThreadCall.Ended:
                if (!isTaken) return null;
                var left = new SortedDictionary<long, (ulong From, ulong Count)>(taken);
                left.Remove(call.Id);
                return new TakenModel(left, [.. ended, call.Id]);
            case ThreadCall.Stale:
                return isTaken ? null : this;
            default:
                return this;
        }
    }

    private static bool Overlap((ulong From, ulong Count) one, ThreadEvent call)
        => one.Count > 0 && call.Count > 0 && one.From < call.From + call.Count && call.From < one.From + one.Count;
}
