using PfnBuffers;

namespace DmaMapping;

/// <summary>What opening bytes to the CPU gave. The default value says that nothing is open.</summary>
public readonly struct CpuAccessResult
{
    internal CpuAccessResult(MapStatus status, CpuAccess? access = null, string? conflictsWith = null, Refusal? refusal = null)
    {
        Status = status;
        Access = access;
        ConflictsWith = conflictsWith;
        Refusal = refusal;
    }

    /// <summary><see cref="MapStatus.Mapped"/> where the bytes are open; else <see cref="MapStatus.WouldDiverge"/>,
    /// <see cref="MapStatus.NoBacking"/>, or <see cref="MapStatus.Refused"/> for protected memory, which the CPU may not touch.</summary>
    public MapStatus Status { get; }

    /// <summary>The access, to be disposed when done; null where the bytes are not open.</summary>
    public CpuAccess? Access { get; }

    /// <summary>After <see cref="MapStatus.WouldDiverge"/>: the name of the device that holds the bytes.</summary>
    public string? ConflictsWith { get; }

    /// <summary>After <see cref="MapStatus.NoBacking"/>: what is asked of the frames, and who asks it.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Whether the bytes are open.</summary>
    public bool IsOpen => Access is not null;

    /// <summary>The status in words.</summary>
    public override string ToString() => Status switch
    {
        MapStatus.Mapped => "open to the CPU",
        MapStatus.Refused => $"Refused: {MemoryKind.Protected} memory is not for the CPU",
        MapStatus.WouldDiverge => $"WouldDiverge: {ConflictsWith} has a copy of some of the bytes, or a turn on them; open them when that has ended",
        _ => new SharedMapResult(MapResult.Refused(Status), refusal: Refusal).ToString(),
    };
}
