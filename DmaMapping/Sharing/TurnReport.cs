namespace DmaMapping;

/// <summary>A turn that was open when a report was taken. Immutable.</summary>
public sealed class TurnReport
{
    internal TurnReport(long offset, long length, bool writes)
    {
        Offset = offset;
        Length = length;
        Writes = writes;
    }

    /// <summary>Offset in the mapping, in bytes.</summary>
    public long Offset { get; }

    /// <summary>Bytes from there.</summary>
    public long Length { get; }

    /// <summary>Whether the device might write them, and not only read.</summary>
    public bool Writes { get; }

    /// <summary>The turn as <c>0 + 4096 written</c>.</summary>
    public override string ToString() => $"{Offset} + {Length} {(Writes ? "written" : "read")}";
}
