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
