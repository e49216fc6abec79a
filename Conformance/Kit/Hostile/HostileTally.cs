using System;

namespace Conformance;

/// <summary>What hostile devices did.</summary>
public sealed class HostileTally
{
    /// <summary>Worlds that were lived in.</summary>
    public long Lives { get; set; }

    /// <summary>Steps made.</summary>
    public long Operations { get; set; }

    /// <summary>Mappings made.</summary>
    public long Mappings { get; set; }

    /// <summary>Mappings refused.</summary>
    public long Refusals { get; set; }

    /// <summary>Accesses, those that must fault among them.</summary>
    public long Accesses { get; set; }

    /// <summary>Accesses that had to fault, and did.</summary>
    public long Faults { get; set; }

    /// <summary>Accesses to what was just unmapped and the window still lets be reached, that did reach it.</summary>
    public long Fading { get; set; }

    /// <summary>Unmappings while another thread accessed what is unmapped.</summary>
    public long Races { get; set; }

    /// <summary>Comparisons of all of memory and of all tables.</summary>
    public long Comparisons { get; set; }

    /// <summary>Lives in which something was wrong.</summary>
    public long Violations { get; set; }

    /// <summary>The counts in a line.</summary>
    public override string ToString()
        => FormattableString.Invariant($"ops={Operations} cases={Lives} mappings={Mappings} refusals={Refusals} device_accesses={Accesses} faults={Faults} fading={Fading} races={Races} comparisons={Comparisons} violations={Violations}");
}
