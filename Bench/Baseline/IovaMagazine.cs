using System.Runtime.CompilerServices;

namespace Bench;

/// <summary>Freed ranges of one size, kept for the next taker: 127 first pages (<c>struct iova_magazine</c>, <c>IOVA_MAG_SIZE</c>).</summary>
internal sealed class IovaMagazine
{
    /// <summary>Ranges one holds.</summary>
    internal const int Capacity = 127;

    private Pages _pages;
    private int _count;

    /// <summary>The next magazine of the depot.</summary>
    internal IovaMagazine? Below { get; set; }

    /// <summary>Whether it holds nothing.</summary>
    internal bool IsEmpty => _count == 0;

    /// <summary>Whether it has no room.</summary>
    internal bool IsFull => _count == Capacity;

    /// <summary>Keeps a range.</summary>
    internal void Push(ulong first) => _pages[_count++] = first;

    /// <summary>Gives the range freed last that starts at or below a limit; 0 for none.</summary>
    internal ulong Pop(ulong limit)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            ulong first = _pages[i];
            if (first > limit) continue;
            _pages[i] = _pages[--_count];
            return first;
        }

        return 0;
    }

    [InlineArray(Capacity)]
    private struct Pages
    {
        private ulong _first;
    }
}
