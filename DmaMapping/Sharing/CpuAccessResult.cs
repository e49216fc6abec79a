using PfnBuffers;

namespace DmaMapping;

/// <summary>What opening bytes to the CPU gave. The default value says that nothing is open.</summary>
public readonly struct CpuAccessResult
{
    internal CpuAccessResult(MapStatus status, CpuAccess? access = null, string? conflictsWith = null)
    {
        Status = status;
        Access = access;
        ConflictsWith = conflictsWith;
    }

    /// <summary><see cref="MapStatus.Mapped"/> where the bytes are open; else <see cref="MapStatus.WouldDiverge"/>,
    /// <see cref="MapStatus.NoBacking"/>, or <see cref="MapStatus.Refused"/> for protected memory, which the CPU may not touch.</summary>
    public MapStatus Status { get; }

    /// <summary>The access, to be disposed when done; null where the bytes are not open.</summary>
    public CpuAccess? Access { get; }

    /// <summary>After <see cref="MapStatus.WouldDiverge"/>: the name of the device that holds the bytes.</summary>
    public string? ConflictsWith { get; }

    /// <summary>Whether the bytes are open.</summary>
    public bool IsOpen => Access is not null;

    /// <summary>The status in words.</summary>
    public override string ToString() => Status switch
    {
        MapStatus.Mapped => "open to the CPU",
        MapStatus.Refused => $"Refused: {MemoryKind.Protected} memory is not for the CPU",
        _ => new SharedMapResult(MapResult.Refused(Status), ConflictsWith).ToString(),
    };
}
