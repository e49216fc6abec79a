using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Links into reservations are as good as mappings, in every format; and the law that says so catches those that are not.</summary>
public class LinkLawTests
{
    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    public static TheoryData<string> Broken => ["links both ways", "links less", "links everywhere", "never unlinks", "never releases", "forgets invalidations"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Links_reach_what_mappings_reach(string format)
    {
        KnownFormat known = KnownFormat.Named(format);
        LinkLaws.LinksReachWhatMappingsReach(one => MapperRig.Of(one, format: known)).Check(250);
    }

    [Fact]
    public void A_mapper_that_bounces_edges_links_whole_granules_as_any_other()
        => LinkLaws.LinksReachWhatMappingsReach(
            one =>
            {
                MapperRig rig = MapperRig.Of(one);
                rig.Mapper = new ReservingBounceMapper((IReservingMapper)rig.Mapper, new BouncePool(rig.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.Pool), 16 * 4096), 16 * 4096));
                return rig;
            },
            LinkScript.OfWholeGranules).Check(250);

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_mapper_is_caught(string name) => LawAssert.Catches(LinkLaws.LinksReachWhatMappingsReach(one => Rig(name, one)), 300);

    private static MapperRig Rig(string name, MapperCase one)
    {
        MapperRig rig = name == "forgets invalidations" ? MapperRig.Of(one, iommu => new ForgetsInvalidations(iommu, all: true)) : MapperRig.Of(one);
        rig.Mapper = name switch
        {
            "links both ways" => new LinksBothWays(rig),
            "links less" => new LinksLess(rig),
            "links everywhere" => new LinksEverywhere(rig),
            "never unlinks" => new NeverUnlinks(rig),
            "never releases" => new NeverReleases(rig),
            _ => rig.Mapper,
        };
        return rig;
    }
}
