using PfnBuffers;

namespace DmaMapping;

/// <summary>What mapping a range of a shared buffer gave. The default value says that nothing is mapped.</summary>
public readonly struct SharedMapResult
{
    internal SharedMapResult(MapResult mapping, string? conflictsWith = null, Refusal? refusal = null)
    {
        Refusal = refusal;
        Mapping = mapping;
        ConflictsWith = conflictsWith;
    }

    /// <summary>The mapping, or why there is none.</summary>
    public MapResult Mapping { get; }

    /// <summary>After <see cref="MapStatus.WouldDiverge"/>: who holds the bytes; a device's name, or <c>the CPU</c>.</summary>
    public string? ConflictsWith { get; }

    /// <summary>After <see cref="MapStatus.Refused"/>: why. After <see cref="MapStatus.NoBacking"/>: what is asked of the frames, and who asks it.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Whether the bytes are mapped.</summary>
    public bool IsMapped => Mapping.IsMapped;

    /// <summary>The status in words.</summary>
    public override string ToString()
        => ConflictsWith is not null ? $"WouldDiverge: {ConflictsWith} holds some of the bytes, and a copy would diverge from them; end that first"
        : Refusal is not null ? Refusal.ToString()
        : Mapping.ToString();
}
