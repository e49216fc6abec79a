namespace Conformance;

/// <summary>What one thread alone would see: which calls can come next, and what is then.</summary>
internal interface ISequentialModel
{
    /// <summary>Makes a call.</summary>
    /// <returns>What is then; null where the call could not have come out so.</returns>
    ISequentialModel? After(ThreadEvent call);

    /// <summary>The state in words: equal states have equal ones.</summary>
    string Key { get; }
}
