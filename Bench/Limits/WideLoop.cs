namespace Bench;

/// <summary>
/// Six sums that do not wait for each other: as many instructions at a time as a core can begin. Two threads of it get twice as much done as one only
/// where each has a core of its own; on the two hardware threads of one core they get little more done than one, while work that waits for itself seems to scale.
/// </summary>
internal sealed class WideLoop : IContestant
{
    private const int Turns = 1000;

    /// <inheritdoc/>
    public string Name => "wide loop";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong a = 1, b = 2, c = 3, d = 4, e = 5, f = 6;
        for (int i = 0; i < times; i++)
        {
            for (ulong turn = 0; turn < Turns; turn++)
            {
                a += turn;
                b ^= turn;
                c += turn << 1;
                d -= turn;
                e ^= turn + 3;
                f += turn ^ 7;
            }
        }

        return a ^ b ^ c ^ d ^ e ^ f;
    }
}
