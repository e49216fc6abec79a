namespace Conformance;

/// <summary>What a holder does when it is told to stop.</summary>
internal enum StopHabit
{
    /// <summary>Confirms, as it should.</summary>
    Confirms,

    /// <summary>Confirms once more.</summary>
    ConfirmsTwice,

    /// <summary>Confirms from another thread, before it returns.</summary>
    ConfirmsElsewhere,

    /// <summary>Confirms with the notice of the holder that was told before it; by its own if it is the first.</summary>
    ConfirmsInTheWrongOrder,

    /// <summary>Never answers.</summary>
    Silent,

    /// <summary>Answers when its time is over.</summary>
    ConfirmsLate,

    /// <summary>Throws.</summary>
    Throws,

    /// <summary>Confirms, and throws then.</summary>
    ConfirmsAndThrows,

    /// <summary>Unmaps everything in place of an answer.</summary>
    Unmaps,

    /// <summary>Unmaps, and confirms too.</summary>
    UnmapsAndConfirms,

    /// <summary>Unmaps and detaches.</summary>
    Detaches,

    /// <summary>Tries to map more, which must be refused, and confirms.</summary>
    MapsMore,

    /// <summary>Is gone.</summary>
    Revokes,

    /// <summary>Has another device attach meanwhile, and confirms.</summary>
    BringsAnother,
}
