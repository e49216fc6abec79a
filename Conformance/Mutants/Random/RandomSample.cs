namespace Conformance.Mutants;

/// <summary>A sample of the random campaign that is large enough to find any of <see cref="RandomFaults"/>, and small enough for a test.</summary>
public static class RandomSample
{
    /// <summary>Plays cases until one goes wrong. The same ones each time.</summary>
    /// <param name="backend">The name of the backend.</param>
    /// <param name="most">Cases at most.</param>
    /// <returns>How many were played, and what is wrong in the last one; null where nothing is.</returns>
    public static (long Cases, string? What) Run(string backend, long most)
    {
        _ = TraceText.TryBackend(backend, out TraceBackend on);
        RandomResult result = RandomCampaign.Run(new RandomOptions { Backend = on, Operations = most * RandomOptions.StepsOfACase, Seed = Seed.Value, Shortens = false });
        return (result.Cases, result.What);
    }
}
