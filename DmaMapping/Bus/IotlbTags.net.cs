using System.Runtime.Intrinsics;
using System.Threading;

namespace DmaMapping;

/// <summary>Searches IOTLB sets without their locks, the four tags of a set in one instruction.</summary>
internal static class IotlbTags
{
    /// <summary>Whether one of four words lies in a range.</summary>
    internal static bool AnyIn(long[] words, int at, IotlbRange range)
    {
        Vector256<long> tags = Vector256.LoadUnsafe(ref words[at]);
        return Vector256.LessThanOrEqualAny(tags - Vector256.Create(range.First ^ long.MinValue), Vector256.Create((range.Last - range.First) ^ long.MinValue));
    }

    /// <summary>
    /// Finds a set whose lock or one of whose tags lies in a range. Of each set the lock is read first, then the tags, each word as a whole.
    /// </summary>
    /// <param name="words">The sets.</param>
    /// <param name="at">The first set's lock.</param>
    /// <param name="end">Where the sets end.</param>
    /// <param name="range">The range.</param>
    /// <returns>The set's lock; <paramref name="end"/> where there is none.</returns>
    internal static int Find(long[] words, int at, int end, IotlbRange range)
    {
        ref long first = ref words[end - Iotlb.Stride + Iotlb.Tags + 3]; // The last word that is read is there.
        first = ref words[0];
        long from = range.First;
        ulong span = (ulong)(range.Last - from);

        // One comparison in place of two: from the first tag on, and below the lowest number for what lies before it.
        Vector256<long> bias = Vector256.Create(from ^ long.MinValue);
        Vector256<long> most = Vector256.Create((long)span ^ long.MinValue);
        for (; at < end; at += Iotlb.Stride)
        {
            if ((ulong)(Volatile.Read(ref words[at]) - from) <= span) break;
            Vector256<long> tags = Vector256.LoadUnsafe(ref first, (nuint)(at + Iotlb.Tags));
            if (Vector256.LessThanOrEqualAny(tags - bias, most)) break;
        }

        return at;
    }
}
