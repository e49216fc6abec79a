namespace DmaMapping;

/// <summary>Compares the four tags of an IOTLB set; the plain form, for netstandard2.0.</summary>
internal static class IotlbTags
{
    /// <summary>Whether a tag lies in a range. Four words from <paramref name="at"/> on are read.</summary>
    internal static bool AnyIn(long[] words, int at, in IotlbRange range)
        => range.Contains(words[at]) || range.Contains(words[at + 1]) || range.Contains(words[at + 2]) || range.Contains(words[at + 3]);
}
