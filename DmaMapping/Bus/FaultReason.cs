namespace DmaMapping;

/// <summary>Why an access by a device was refused.</summary>
public enum FaultReason
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>The address needs more lines than the device has.</summary>
    BeyondDevice,

    /// <summary>The IOMMU knows no domain for the requester.</summary>
    NoDomain,

    /// <summary>The address is wider than the tables translate.</summary>
    BeyondTables,

    /// <summary>Nothing is mapped at the address.</summary>
    NotMapped,

    /// <summary>The mapping is not for reading.</summary>
    NoReadAccess,

    /// <summary>The mapping is not for writing.</summary>
    NoWriteAccess,

    /// <summary>No memory answers at the physical address: a master abort.</summary>
    NoMemory,

    /// <summary>The memory is protected, and the device is not trusted.</summary>
    Protected,

    /// <summary>An entry of the tables has bits set that its format reserves there, as of a page larger than any that the format has.</summary>
    ReservedBits,
}
