using System;

namespace DmaMapping;

/// <summary>How one mapping is to be made.</summary>
[Flags]
public enum MapOptions
{
    /// <summary>The whole view, bouncing where the mapper must.</summary>
    None = 0,

    /// <summary>
    /// The longest prefix that fits, for devices of few segments that work in windows; the result tells its length. A mapper
    /// that bounces first takes what fits without a copy, and copies only where not even the first frame does.
    /// </summary>
    Prefix = 1,

    /// <summary>No copy: a mapping that would bounce is refused with the status that would have made it bounce.</summary>
    ZeroCopy = 2,

    /// <summary>
    /// The caller vouches that an untrusted device may see the rest of the partly covered first and last granule, because
    /// nothing is there but zeros: what a mapper that puts bounce slots in their place says to the one that it wraps.
    /// </summary>
    RestIsZero = 4,

    /// <summary>
    /// The device touches the bytes only in turns (invariant I7). A copy is then refreshed by <see cref="IDmaMapper.SyncForDevice"/>
    /// when a turn begins and brought home by <see cref="IDmaMapper.SyncForCpu"/> when one of writing ends; unmapping brings
    /// nothing home. Copies of one byte may live beside each other if all were mapped so.
    /// </summary>
    TakesTurns = 8,
}
