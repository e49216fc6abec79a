/// <summary>What may become of bytes of a view that a device without an IOMMU is to reach.</summary>
internal enum CopyFate : byte
{
    /// <summary>They can stay, and can be copied.</summary>
    May = 0,

    /// <summary>They are copied in any case: out of reach, or a frame that must be confined.</summary>
    Must = 1,

    /// <summary>They stay: device memory and protected memory are not copied.</summary>
    MustNot = 2,
}
