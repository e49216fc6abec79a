using PfnBuffers;

namespace DmaMapping;

/// <summary>What somebody wants to reserve.</summary>
/// <param name="length">Bytes.</param>
/// <param name="constraints">What the device can take: the block is aligned so that they cut it least.</param>
/// <param name="owner">The number that the mapper's reservations have.</param>
internal readonly struct ReserveRequest(long length, in DmaConstraints constraints, int owner)
{
    internal long Length { get; } = length;

    /// <summary>Granules.</summary>
    internal long Pages { get; } = PageSize.Size4K.FramesFor(length);

    /// <summary>The size of the block.</summary>
    internal int Order { get; } = IovaRequest.OrderFor(PageSize.Size4K.FramesFor(length), constraints);

    internal int Owner { get; } = owner;

    /// <summary>The name of the device that it is for.</summary>
    internal string Device { get; init; } = string.Empty;

    /// <summary>Whether addresses below 4 GiB are preferred.</summary>
    internal bool LowFirst { get; init; }
}
