namespace PfnBuffers;

/// <summary>How a device stands to a shared buffer. The default value is <see cref="Refused"/>: silence grants nothing.</summary>
public enum Verdict
{
    /// <summary>It cannot be served; the refusal says why, and what would help.</summary>
    Refused = 0,

    /// <summary>No backing is chosen yet, and some backing serves all who are admitted.</summary>
    Admitted,

    /// <summary>It reaches the frames at their bus addresses, or takes them raw as they are.</summary>
    Direct,

    /// <summary>Its IOMMU gives it addresses that satisfy it.</summary>
    Remap,

    /// <summary>The bytes must go to other frames first; <see cref="Decision.Follows"/> tells how it stands on those.</summary>
    Move,

    /// <summary>At least one byte of it must be copied through memory that it can reach.</summary>
    Bounce,
}
