namespace DmaMapping;

/// <summary>Whether a turn has begun, and who has it if not. The default value says that none has.</summary>
public readonly struct TurnResult
{
    internal TurnResult(MapStatus status, AccessTurn turn, string? conflictsWith)
    {
        Status = status;
        Turn = turn;
        ConflictsWith = conflictsWith;
    }

    /// <summary><see cref="MapStatus.Mapped"/> where the turn has begun; else <see cref="MapStatus.WouldDiverge"/> or <see cref="MapStatus.Moving"/>.</summary>
    public MapStatus Status { get; }

    /// <summary>Names the turn; to be ended by <see cref="Attachment.EndAccess"/>.</summary>
    public AccessTurn Turn { get; }

    /// <summary>After <see cref="MapStatus.WouldDiverge"/>: who has a turn on some of the bytes; a device's name, or <c>the CPU</c>.</summary>
    public string? ConflictsWith { get; }

    /// <summary>Whether the turn has begun.</summary>
    public bool HasBegun => Status == MapStatus.Mapped;

    /// <summary>The status in words.</summary>
    public override string ToString() => Status switch
    {
        MapStatus.Mapped => "the turn has begun",
        MapStatus.WouldDiverge => $"WouldDiverge: {ConflictsWith} has a turn on some of the bytes; begin when it has ended",
        _ => MapResult.Refused(Status).ToString(),
    };
}
