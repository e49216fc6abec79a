namespace Conformance;

/// <summary>What a holder does when it is told the outcome of a move.</summary>
internal enum MovedHabit
{
    /// <summary>Goes on.</summary>
    GoesOn,

    /// <summary>Throws.</summary>
    Throws,

    /// <summary>Unmaps everything.</summary>
    Unmaps,

    /// <summary>Maps once more.</summary>
    MapsMore,
}
