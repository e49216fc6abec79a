namespace DmaMapping;

/// <summary>The names of the reasons, as strings that are there already.</summary>
internal static class FaultReasonNames
{
    /// <summary>An enum's own ToString boxes it first.</summary>
    internal static string Name(this FaultReason reason) => reason switch
    {
        FaultReason.BeyondDevice => nameof(FaultReason.BeyondDevice),
        FaultReason.NoDomain => nameof(FaultReason.NoDomain),
        FaultReason.BeyondTables => nameof(FaultReason.BeyondTables),
        FaultReason.NotMapped => nameof(FaultReason.NotMapped),
        FaultReason.NoReadAccess => nameof(FaultReason.NoReadAccess),
        FaultReason.NoWriteAccess => nameof(FaultReason.NoWriteAccess),
        FaultReason.NoMemory => nameof(FaultReason.NoMemory),
        FaultReason.Protected => nameof(FaultReason.Protected),
        FaultReason.ReservedBits => nameof(FaultReason.ReservedBits),
        _ => reason.ToString(),
    };
}
