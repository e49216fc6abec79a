using PfnBuffers;

namespace DmaMapping;

/// <summary>An attached device as it stood when a report was taken. Immutable.</summary>
public sealed class AttachmentReport
{
    internal AttachmentReport(Attachment attachment)
    {
        Importer = attachment.Importer;
        Decision = attachment.Standing;
        LiveUses = attachment.LiveMappings;
        IsToldToStop = attachment.IsToldToStop;
        IsRevoked = attachment.IsRevoked;
    }

    /// <summary>The device's name.</summary>
    public string Name => Importer.Name;

    /// <summary>What the device declared, its constraints and whether it is trusted among it.</summary>
    public Importer Importer { get; }

    /// <summary>How it stood: admitted until the buffer has frames, then the verdict on those.</summary>
    public Decision Decision { get; }

    /// <summary>Mappings and holds of pfns that were live.</summary>
    public int LiveUses { get; }

    /// <summary>Whether it had been told to stop for a move that was not over.</summary>
    public bool IsToldToStop { get; }

    /// <summary>Whether the device was gone: it could only unmap and detach.</summary>
    public bool IsRevoked { get; }

    /// <summary>Name and verdict, as <c>camera: Remap</c>.</summary>
    public override string ToString() => $"{Name}: {Decision.Verdict}";
}
