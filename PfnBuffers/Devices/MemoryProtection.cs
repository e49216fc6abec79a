namespace PfnBuffers;

/// <summary>
/// Which memory of a confidential guest it is (AMD SEV-SNP, Intel TDX, Arm CCA): pages that the guest keeps private, or shares with its
/// host, and so with devices that the host emulates or that are not attested.
/// </summary>
public enum MemoryProtection
{
    /// <summary>There is no such difference.</summary>
    None = 0,

    /// <summary>Pages that the host and its devices can read and write.</summary>
    Shared,

    /// <summary>Pages that only the guest, and devices that it has admitted into its protection, can read and write.</summary>
    Private,
}
