namespace Conformance;

/// <summary>What a thread called, with what came of it.</summary>
internal enum ThreadCall
{
    /// <summary>Something was taken: addresses, slots, a token.</summary>
    Taken,

    /// <summary>There was nothing to take, or it was refused.</summary>
    Refused,

    /// <summary>Something was given back.</summary>
    Ended,

    /// <summary>What was to be given back was known not to be there any more.</summary>
    Stale,

    /// <summary>Somebody attached.</summary>
    Attached,

    /// <summary>Somebody of that name was attached already.</summary>
    AttachedAlready,

    /// <summary>Somebody detached.</summary>
    Detached,

    /// <summary>Somebody could not detach: mappings were live.</summary>
    Held,

    /// <summary>Nothing was mapped, for who asked is detached.</summary>
    Gone,
}
