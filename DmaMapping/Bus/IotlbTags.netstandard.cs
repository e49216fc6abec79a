using System.Threading;

namespace DmaMapping;

/// <summary>Searches IOTLB sets without their locks; the plain form, for netstandard2.0.</summary>
internal static class IotlbTags
{
    /// <summary>Whether one of four words lies in a range.</summary>
    internal static bool AnyIn(long[] words, int at, IotlbRange range)
        => range.Contains(words[at]) || range.Contains(words[at + 1]) || range.Contains(words[at + 2]) || range.Contains(words[at + 3]);

    /// <summary>Finds a set whose lock or one of whose tags lies in a range. Of each set the lock is read first, then the tags.</summary>
    /// <param name="words">The sets.</param>
    /// <param name="at">The first set's lock.</param>
    /// <param name="end">Where the sets end.</param>
    /// <param name="range">The range.</param>
    /// <returns>The set's lock; <paramref name="end"/> where there is none.</returns>
    internal static int Find(long[] words, int at, int end, IotlbRange range)
    {
        for (; at < end; at += Iotlb.Stride)
        {
            if (range.Contains(Volatile.Read(ref words[at]))) break;
            if (AnyIn(words, at + Iotlb.Tags, range)) break;
        }

        return at;
    }
}
