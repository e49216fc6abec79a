namespace Conformance;

/// <summary>What a spy did.</summary>
public sealed class SpyTally
{
    /// <summary>Lives of a world that were spied on.</summary>
    public long Lives { get; set; }

    /// <summary>Steps that were made.</summary>
    public long Operations { get; set; }

    /// <summary>Mappings that were made.</summary>
    public long Mappings { get; set; }

    /// <summary>Mappings that were made and are longer or shorter than what was asked for.</summary>
    public long Prefixes { get; set; }

    /// <summary>Slots that they held.</summary>
    public long Slots { get; set; }

    /// <summary>Mappings that were refused since copies would diverge.</summary>
    public long Divergences { get; set; }

    /// <summary>Mappings that were refused for another reason.</summary>
    public long Refusals { get; set; }

    /// <summary>Accesses of devices, those that must fault among them.</summary>
    public long DeviceAccesses { get; set; }

    /// <summary>Accesses that had to fault, and did.</summary>
    public long Faults { get; set; }

    /// <summary>Lives in which something was wrong.</summary>
    public long Violations { get; set; }

    /// <summary>Adds another tally.</summary>
    public void Add(SpyTally other)
    {
        Lives += other.Lives;
        Operations += other.Operations;
        Mappings += other.Mappings;
        Prefixes += other.Prefixes;
        Slots += other.Slots;
        Divergences += other.Divergences;
        Refusals += other.Refusals;
        DeviceAccesses += other.DeviceAccesses;
        Faults += other.Faults;
        Violations += other.Violations;
    }
}
