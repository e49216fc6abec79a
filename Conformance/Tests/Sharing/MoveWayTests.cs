using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Which frames a move may ask for.</summary>
public class MoveWayTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(6L << 30);

    [Fact]
    public void Neither_the_newcomer_nor_who_holds_bytes_in_place_is_bounced_by_a_move_and_others_may_be()
    {
        Importer newcomer = Low("newcomer"), holder = Low("holder"), copying = Low("copying"), idle = Low("idle");
        var state = new SharingState(new SystemMemoryExporter("memory", _machine, 65536), SharingPolicy.Default)
        {
            Attached = [holder, copying, idle],
            Holdings = [new Holding("holder", HoldingKind.Mapping, true, false), new Holding("copying", HoldingKind.Mapping, true, true)],
        };
        string[][] bounced = [.. MoveWay.Candidates(state, newcomer).Select(candidate => candidate.Bounced.ToArray())];
        Assert.Equal([[], ["copying"], ["idle"], ["copying", "idle"]], bounced);
        BackingCandidate[] without = [.. MoveWay.Candidates(state, null)];
        Assert.NotEmpty(without);
        Assert.All(without, candidate => Assert.DoesNotContain("holder", candidate.Bounced));
    }

    [Fact]
    public void What_is_wished_for_beyond_that_is_asked_of_every_candidate()
    {
        var wish = new PlacementDemand { Placement = Placement.Below(28), Contiguous = true };
        var state = new SharingState(new SystemMemoryExporter("memory", _machine, 65536), SharingPolicy.Default) { Attached = [Low("idle")] };
        Assert.All(MoveWay.Candidates(state, null, wish), candidate => Assert.Equal(candidate.Demand, PlacementDemand.Meet(candidate.Demand, wish)));
        Assert.NotEmpty(MoveWay.Candidates(state, null, wish));
    }

    private static Importer Low(string name)
        => new(new MapperProfile(new DmaDevice(name, default, new DmaConstraints { Window = DmaWindow.OfBits(32) }), Addressing.Direct) { BounceCapacity = 1 << 20 });
}
