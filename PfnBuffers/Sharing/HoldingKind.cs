namespace PfnBuffers;

/// <summary>How bytes of a shared buffer are held.</summary>
public enum HoldingKind
{
    /// <summary>Mapped for a device.</summary>
    Mapping,

    /// <summary>As raw pfns, until they are put back.</summary>
    Pfns,

    /// <summary>Open to the CPU.</summary>
    CpuAccess,
}
