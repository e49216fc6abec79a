namespace Conformance;

/// <summary>One call in a history of several threads: when it was begun, when it had come back, and what of.</summary>
/// <param name="Began">Its number among all beginnings and ends.</param>
/// <param name="Ended">The same of its end.</param>
/// <param name="Call">What was called and what came of it: a name of the subject's own.</param>
/// <param name="Id">What the call was about: what it got, or gave back.</param>
/// <param name="From">The first unit of what it got.</param>
/// <param name="Count">How many units.</param>
internal sealed record ThreadEvent(long Began, long Ended, ThreadCall Call, long Id, ulong From, ulong Count)
{
    public override string ToString() => System.FormattableString.Invariant($"[{Began}, {Ended}] {Call} {Id} 0x{From:x} + {Count}");
}
