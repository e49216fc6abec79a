namespace Bench;

/// <summary>
/// One way of doing the work of a cell. Contestants of a cell are measured interleaved, so only their ratio counts.
/// A contestant owns everything it needs before it is run and allocates nothing while it runs.
/// </summary>
internal interface IContestant
{
    /// <summary>How tables call it.</summary>
    string Name { get; }

    /// <summary>Does the work so many times.</summary>
    /// <returns>A checksum of what the work produced, so that none of it can be left out.</returns>
    ulong Run(int times);
}
