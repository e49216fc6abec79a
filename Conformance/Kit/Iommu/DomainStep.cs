namespace Conformance;

/// <summary>What is done to a domain.</summary>
public enum DomainAction
{
    /// <summary>Frames that lie apart are mapped.</summary>
    Map = 0,

    /// <summary>Frames of 2 MiB are mapped.</summary>
    MapLarge,

    /// <summary>A live mapping is unmapped.</summary>
    Unmap,

    /// <summary>What is kept warm is given back.</summary>
    Trim,

    /// <summary>The clock goes on, so that timers go off.</summary>
    Wait,

    /// <summary>It is disposed, which is refused while anything is mapped, and not tried otherwise.</summary>
    Dispose,
}

/// <summary>One step.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Number">Frames to map, or which live mapping to unmap.</param>
public readonly record struct DomainStep(DomainAction Action, int Number)
{
    /// <summary>The step as <c>Map 7</c>.</summary>
    public override string ToString() => $"{Action} {Number}";
}
