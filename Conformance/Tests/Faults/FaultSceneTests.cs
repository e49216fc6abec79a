using System;
using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>Whatever goes wrong, and whenever: what was refused left all as it was, what was mapped is ended, and the same calls succeed later.</summary>
public class FaultSceneTests(ITestOutputHelper output)
{
    public static TheoryData<string, FaultKind> Cases
        => [.. FaultScenes.Names.SelectMany(name => Enum.GetValues<FaultKind>().Where(kind => kind != FaultKind.None).Select(kind => (name, kind)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_leaks_and_nothing_changes_whichever_call_goes_wrong(string name, FaultKind kind)
    {
        string? wrong = FaultScenes.Find(name, kind, out int points);
        output.WriteLine($"{name} {kind}: {points} points");
        Assert.True(wrong is null, wrong);
    }
}
