using System;

namespace DmaMapping;

/// <summary>How one mapping is to be made.</summary>
[Flags]
public enum MapOptions
{
    /// <summary>The whole view, bouncing where the mapper must.</summary>
    None = 0,

    /// <summary>The longest prefix that fits, for devices of few segments that work in windows; the result tells its length.</summary>
    Prefix = 1,

    /// <summary>No copy: a mapping that would bounce is refused with the status that would have made it bounce.</summary>
    ZeroCopy = 2,
}
