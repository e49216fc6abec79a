using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Revoking ends mappings, each once and each though another cannot be ended, and nothing that is no mapping.</summary>
public class RevokedUseTests
{
    [Fact]
    public void Pfns_and_open_accesses_are_no_mappings_to_be_ended()
    {
        using var scene = new MoveScene();
        Attachment nic = scene.Anything(), gpu = scene.Raw().Attachment!;
        MapResult live = MoveScene.Map(nic, DmaDirection.ToDevice);
        MappingToken hold = gpu.TakePfns(100, 1, DmaDirection.ToDevice, out _).Mapping.Token;
        using (scene.Buffer.BeginCpuAccess(200, 1, MemoryAccess.Read).Access)
        {
            scene.Buffer.Revoke();
            Assert.Equal([("nic", true), ("gpu", false), ("the CPU", false)], scene.Buffer.Report().Uses.Select(use => (use.Owner, use.IsRevoked)));
        }

        gpu.PutBack(hold);
        nic.Unmap(live.Token);
    }

    [Fact]
    public void A_device_that_goes_after_its_exporter_still_gives_its_slots_back_when_it_unmaps()
    {
        using var scene = new MoveScene();
        var mapper = new BounceMapper(new DirectMapper(scene.Device("isa", default)), scene.Pool, BounceMode.Everything);
        Attachment isa = scene.Come(mapper).Attachment!;
        MapResult live = MoveScene.Map(isa);
        scene.Buffer.Revoke();
        isa.Revoke();
        Assert.Equal(1, mapper.LiveMappings);
        isa.Unmap(live.Token);
        Assert.Equal((0, scene.Pool.Capacity), (mapper.LiveMappings, scene.Pool.FreeBytes));
    }

    [Fact]
    public void The_first_mapper_that_cannot_end_a_mapping_is_heard_and_what_it_did_not_end_is_still_to_be_unmapped()
    {
        using var scene = new MoveScene();
        DirectMapper inner = new(scene.Device("nic", default)), other = new(scene.Device("other", default));
        Exception first = new NotSupportedException("first"), second = new NotSupportedException("second");
        var ofNic = new WatchedMapper(inner) { BeforeUnmap = () => throw first };
        var ofOther = new WatchedMapper(other) { BeforeUnmap = () => throw second };
        Attachment a = scene.Come(ofNic).Attachment!, b = scene.Come(ofOther).Attachment!;
        MapResult onA = MoveScene.Map(a), onB = MoveScene.Map(b);
        Assert.Same(first, Assert.Throws<NotSupportedException>(scene.Buffer.Revoke));
        Assert.Equal([false, false], scene.Buffer.Report().Uses.Select(use => use.IsRevoked));

        (ofNic.BeforeUnmap, ofOther.BeforeUnmap) = (null, null);
        a.Unmap(onA.Token);
        b.Unmap(onB.Token);
        Assert.Equal((0, 0), (inner.LiveMappings, other.LiveMappings));
    }
}
