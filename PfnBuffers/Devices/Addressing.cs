namespace PfnBuffers;

/// <summary>How a device's addresses come to be.</summary>
public enum Addressing
{
    /// <summary>Bus addresses: physical addresses plus a fixed bus offset. The frames themselves must satisfy the device.</summary>
    Direct,

    /// <summary>IOVAs that an IOMMU translates. Addresses can be made to satisfy the device, whatever the frames are.</summary>
    Translated,
}
