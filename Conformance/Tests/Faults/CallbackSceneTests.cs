using Xunit;

namespace Conformance.Tests;

/// <summary>However two holders answer to a move, it is made or it is not, all are told, and nothing is lost.</summary>
public class CallbackSceneTests(ITestOutputHelper output)
{
    [Fact]
    public void A_move_ends_well_however_holders_answer()
    {
        string? wrong = CallbackScenes.Find(out int plays, out int moved);
        output.WriteLine($"{plays} plays, {moved} moves");
        Assert.True(wrong is null, wrong);
        Assert.InRange(moved, plays / 5, plays * 4 / 5);
    }
}
