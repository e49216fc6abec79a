using System.Threading;

namespace DmaMapping;

/// <summary>Searches IOTLB sets without their locks; the plain form, for netstandard2.0.</summary>
internal static class IotlbTags
{
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
            int tags = at + Iotlb.Tags;
            if (range.Contains(words[tags]) || range.Contains(words[tags + 1]) || range.Contains(words[tags + 2]) || range.Contains(words[tags + 3])) break;
        }

        return at;
    }
}
