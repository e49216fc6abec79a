using System.Runtime.Intrinsics;

namespace DmaMapping;

/// <summary>Compares the four tags of an IOTLB set in one instruction.</summary>
internal static class IotlbTags
{
    /// <summary>Whether a tag lies in a range. Four words from <paramref name="at"/> on are read, each as a whole.</summary>
    internal static bool AnyIn(long[] words, int at, in IotlbRange range)
    {
        Vector256<long> tags = Vector256.LoadUnsafe(ref words[0], (nuint)at);
        if (range.First == range.Last) return Vector256.EqualsAny(tags, Vector256.Create(range.First));
        Vector256<long> apart = Vector256.LessThan(tags, Vector256.Create(range.First)) | Vector256.GreaterThan(tags, Vector256.Create(range.Last));
        return apart != Vector256<long>.AllBitsSet;
    }
}
