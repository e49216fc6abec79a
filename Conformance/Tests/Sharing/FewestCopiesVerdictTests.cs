using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A pool must hold what has to be brought together, not the whole buffer.</summary>
public class FewestCopiesVerdictTests
{
    private const long Frame = 4096;

    [Theory]
    [InlineData(2, 2, Verdict.Bounce)]
    [InlineData(2, 1, Verdict.Refused)]
    [InlineData(1, 9, Verdict.Refused)]
    [InlineData(1, 10, Verdict.Bounce)]
    [InlineData(3, 0, Verdict.Direct)]
    public void A_pool_that_holds_what_is_brought_together_is_enough(int most, int slots, Verdict expected)
        => Assert.Equal(expected, Stand(new DmaConstraints { MaxSegmentCount = most }, slots));

    [Theory]
    [InlineData(1, Verdict.Refused)]
    [InlineData(2, Verdict.Bounce)]
    public void What_is_out_of_reach_takes_slots_along_with_what_it_is_brought_together_with(int slots, Verdict expected)
        => Assert.Equal(expected, Stand(new DmaConstraints { MaxSegmentCount = 2, Window = new DmaWindow(default, new DmaAddress((300 * Frame) - 1)) }, slots));

    /// <summary>How a device stands on eight frames that lie together and two that do not.</summary>
    private static Verdict Stand(DmaConstraints constraints, int slots)
    {
        Pfn[] frames = [new(100), new(101), new(102), new(103), new(104), new(105), new(106), new(107), new(300), new(200)];
        using var buffer = new PfnBuffer(frames, PageSize.Size4K);
        var profile = new MapperProfile(new DmaDevice("nic", new RequesterId(0, 3, 0), constraints), Addressing.Direct) { BounceCapacity = slots * Frame };
        var state = new SharingState(new FixedExporter(new SparseMemory(), buffer), SharingPolicy.Default) { Backing = buffer };
        return AttachDecision.Stand(state, new Importer(profile)).Verdict;
    }
}
