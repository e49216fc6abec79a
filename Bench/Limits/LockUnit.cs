using System.Threading;

namespace Bench;

/// <summary>
/// Unit L: one uncontended lock and unlock, the price of any state that two threads may touch. It is the runtime's own
/// <see cref="Lock"/>: quicker than a monitor, and as quick as the spin lock pair of the anchors. The baseline uses it too.
/// </summary>
internal sealed class LockUnit : IContestant
{
    private readonly Lock _gate = new();
    private ulong _count;

    /// <inheritdoc/>
    public string Name => "L";

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        for (int i = 0; i < times; i++)
        {
            lock (_gate) _count++;
        }

        return _count;
    }
}
