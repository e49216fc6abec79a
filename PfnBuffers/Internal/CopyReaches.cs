using System;

/// <summary>
/// For the end of each piece of a view: where one segment that ends there can begin. The arrays grow, and are kept. Used by one thread.
/// </summary>
internal sealed class CopyReaches
{
    private int[] _home = [];
    private int[] _window = [];

    /// <summary>The farthest begin of a segment that stays, by its end; -1 for none.</summary>
    internal ReadOnlySpan<int> Home => _home;

    /// <summary>The farthest begin of a segment that is copied, by its end; the end itself for none. Any nearer one will do.</summary>
    internal ReadOnlySpan<int> Window => _window;

    /// <summary>Whether a limit of the device's, and not only what is never copied, bounds what is copied.</summary>
    internal bool IsLimited { get; private set; }

    /// <summary>Finds them.</summary>
    /// <returns>Bytes that must be copied.</returns>
    internal long Find(CopyPieces pieces, long head, in CopyRules rules)
    {
        ReadOnlySpan<long> from = pieces.From;
        ReadOnlySpan<ulong> address = pieces.Address;
        ReadOnlySpan<CopyFate> fate = pieces.Fate;
        if (_home.Length < from.Length)
        {
            int length = 1 << Bits.CeilLog2((ulong)from.Length);
            (_home, _window) = (new int[length], new int[length]);
        }

        IsLimited = head + pieces.Length > rules.CopySize;
        long must = 0;
        int home = 0;
        int window = 0;
        for (int i = 0; i < fate.Length; i++)
        {
            long end = from[i + 1];
            if (fate[i] == CopyFate.Must) (home, must) = (i + 1, must + end - from[i]);
            else if (!pieces.Adjoins(i)) home = i;
            while (home <= i && !rules.Stays(address[home], end - from[home])) home++;
            _home[i + 1] = home <= i ? home : -1;

            // A run of slots begins at an offset in a frame where the view does.
            if (fate[i] == CopyFate.MustNot) window = i + 1;
            while (window <= i && head + end - (window == 0 ? 0 : head + from[window]) > rules.CopySize) window++;
            _window[i + 1] = window;
        }

        return must;
    }
}
