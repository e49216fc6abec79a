namespace Conformance;

/// <summary>What is out of the ordinary in a case.</summary>
public enum OrderFlavour
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>The policy allows no copies, and the buffer ends inside a frame.</summary>
    NoCopies,

    /// <summary>The CPU has the bytes open while a device attaches.</summary>
    OpenToCpu,

    /// <summary>A length that no units of 8 bytes cover.</summary>
    OddLength,

    /// <summary>The memory is that of a device, without pages.</summary>
    Bar,

    /// <summary>The memory is protected.</summary>
    Protected,

    /// <summary>Movable devices do not answer when they are told to stop.</summary>
    Silent,

    /// <summary>The same, and the policy allows no copies, so that there is no other way.</summary>
    SilentNoCopies,

    /// <summary>Untrusted devices have no pool for partly covered frames; movable ones let another device attach while they stop.</summary>
    Unconfined,
}
