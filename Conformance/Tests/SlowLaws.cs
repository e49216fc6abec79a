namespace Conformance.Tests;

/// <summary>Laws whose least case is much work: threads, or hundreds of mappings. Where laws try a part of their cases they are left out.</summary>
internal static class SlowLaws
{
    /// <summary>Whether a law is tried, by its name.</summary>
    internal static bool AreTried(string law) => CaseShare.IsWhole || law is not ("many mappings stand together" or "nothing is used up" or "threads do not meet");
}
