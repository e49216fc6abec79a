namespace Conformance;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Frames for page tables run out.</summary>
    TableFramesRunOut,

    /// <summary>Frames for bounce pools run out.</summary>
    SlotFramesRunOut,

    /// <summary>Frames for buffers run out.</summary>
    HomeFramesRunOut,

    /// <summary>A mapper is short of something.</summary>
    MappingIsRefused,

    /// <summary>A mapper throws before it does anything.</summary>
    MappingThrows,

    /// <summary>An exporter has no frames.</summary>
    BackingIsRefused,

    /// <summary>An exporter throws before it gives frames.</summary>
    BackingThrows,

    /// <summary>A listener to measurements throws.</summary>
    ListenerThrows,

    /// <summary>Memory throws at an access: it must not.</summary>
    MemoryThrows,

    /// <summary>Hardware throws at an invalidation: it must not.</summary>
    HardwareThrows,
}
