namespace DmaMapping;

/// <summary>How the device comes to the bytes of one part of a mapping.</summary>
public enum MapTreatment
{
    /// <summary>At their bus address.</summary>
    Direct,

    /// <summary>At an IOVA that the IOMMU translates to their home.</summary>
    Remapped,

    /// <summary>In a copy that the device can reach.</summary>
    Bounced,
}
