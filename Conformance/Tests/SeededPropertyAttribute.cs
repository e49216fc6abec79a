using FsCheck.Xunit;

namespace Conformance.Tests;

/// <summary>An FsCheck property with the fixed seed of <see cref="Seed"/>, and words over the whole 64-bit range.</summary>
#pragma warning disable xUnit3003 // FsCheck's attribute has no constructor that takes the source position.
public sealed class SeededPropertyAttribute : PropertyAttribute
#pragma warning restore xUnit3003
{
    public SeededPropertyAttribute()
    {
        Replay = Seed.Replay;
        MaxTest = CaseShare.Of(500);
        QuietOnSuccess = true;
        Arbitrary = [typeof(WholeRange)];
    }
}
