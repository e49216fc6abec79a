using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Edges for devices that want more address bits kept than a frame has.</summary>
public class EdgeKeptBitsTests
{
    private const long Granule = 4096;

    [Fact]
    public void An_edge_whose_home_has_other_bits_is_refused_however_its_slot_lies()
    {
        const ulong kept = 0x3FFF;
        var rig = new EdgeRig(rules: new DmaConstraints { OffsetPreservingMask = kept });
        IovaReservation room = rig.Reserve(16, 8);
        bool mapped = false;
        for (int granule = 0; granule < 16; granule++)
        {
            for (ulong frame = 0x10000; frame < 0x10004; frame++)
            {
                long offset = (granule * Granule) + 10;
                MapResult result = rig.Mapper.Link(room, offset, new PfnView([new Pfn(frame)], PageSize.Size4K, 10, 100), DmaDirection.ToDevice, MapOptions.None);
                bool keeps = (((frame << 12) ^ (room.Address.Value + (ulong)offset)) & kept & ~4095ul) == 0;
                if (!keeps) Assert.Equal(MapStatus.Unaligned, result.Status);
                if (!result.IsMapped) continue;
                mapped = true;
                rig.Mapper.Unlink(room, offset, 100);
            }
        }

        Assert.True(mapped);
        rig.Mapper.Release(room);
        rig.GiveBack();
    }
}
