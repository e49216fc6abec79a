namespace Bench;

/// <summary>An IOTLB that only counts what it is told: the floor under any real one.</summary>
internal sealed class CountingIotlb : IIotlbInvalidation
{
    /// <summary>Commands received.</summary>
    internal ulong Commands { get; private set; }

    /// <summary>Bytes they covered.</summary>
    internal long Bytes { get; private set; }

    /// <inheritdoc/>
    public void Invalidate(ushort domain, ulong address, long length)
    {
        Commands++;
        Bytes += length;
    }
}
