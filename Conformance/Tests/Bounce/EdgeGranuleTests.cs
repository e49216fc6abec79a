using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Edges where a granule is larger than a slot, so that no slot stands in for one.</summary>
public class EdgeGranuleTests
{
    private const long Granule = 4096;

    public static TheoryData<int, long, long> Partial
    {
        get
        {
            var data = new TheoryData<int, long, long>();
            foreach (int size in new[] { 14, 16 })
            {
                long granule = 1L << size;
                data.Add(size, 100, 50);
                data.Add(size, 0, granule + 1);
                data.Add(size, (3 * Granule) + 100, granule);
                data.Add(size, (3 * Granule) + 100, 3 * granule);
                data.Add(size, Granule, Granule);
                data.Add(size, 0, (2 * granule) - Granule);
                data.Add(size, 2 * Granule, (3 * granule) - (2 * Granule) - 5);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Partial))]
    public void In_a_larger_granule_what_covers_one_partly_is_refused(int size, long offset, long length)
    {
        var rig = new EdgeRig(options: new IommuDomainOptions { Granule = PageSize.FromBytes(1L << size) });
        IovaReservation room = rig.Reserve(64, 4);
        var before = rig.State();
        var view = new PfnView(Given.Frames(0x1000, 4), PageSize.FromBytes(1L << size), offset, length);
        MapResult refused = rig.Mapper.Link(room, offset, view, DmaDirection.Bidirectional, MapOptions.None);
        Assert.Equal(MapStatus.Unaligned, refused.Status);
        Assert.InRange(refused.FailedFrame, 0, 3);
        Assert.Equal(before, rig.State());

        Assert.Equal(MapStatus.Mapped, rig.TryLink(room, 0, new PfnView(Given.Frames(0x1000, 1), PageSize.FromBytes(1L << size))));
        rig.Mapper.Release(room);
        rig.GiveBack();
    }
}
