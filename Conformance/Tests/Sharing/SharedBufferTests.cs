using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Verdicts, conflicts and lifetimes of shared buffers, one scene a test.</summary>
public class SharedBufferTests
{
    private const ulong FourGiB = 0x1_0000_0000;

    private readonly ShareWorld _world = new(new ShareCase([DeviceClass.Camera, DeviceClass.Processor, DeviceClass.Network], 5 * 4096, 1));

    private SharedBuffer Buffer => _world.Buffer;

    [Fact]
    public void Frames_are_chosen_at_the_first_mapping_and_fix_everyones_verdict()
    {
        Attachment camera = Come(DeviceClass.Camera), network = Come(DeviceClass.Network);
        Assert.Null(Buffer.Backing);
        Assert.Equal([Verdict.Admitted, Verdict.Admitted], new[] { camera.Decision.Verdict, network.Decision.Verdict });
        Map(network, DmaDirection.ToDevice);
        Assert.NotNull(Buffer.Backing);
        Assert.Equal([Verdict.Remap, Verdict.Direct], new[] { camera.Decision.Verdict, network.Decision.Verdict });
    }

    [Fact]
    public void A_32_bit_device_behind_an_iommu_does_not_drag_the_backing_below_4_GiB()
    {
        Attachment camera = Come(DeviceClass.Camera);
        MapResult mapping = Map(camera, DmaDirection.FromDevice, out DmaSegment[] segments);
        Assert.All(Buffer.Backing!.View.Frames.ToArray(), frame => Assert.True(frame.ToAddress(PageSize.Size4K).Value >= FourGiB));
        Assert.True(segments[0].Address.Value < FourGiB);
        Assert.False(mapping.NeedsSync);
        Assert.Equal(DmaWindow.OfBits(32), Buffer.CurrentConstraints.Window);
    }

    [Fact]
    public void A_32_bit_device_that_was_there_in_time_gets_low_frames_and_works_in_place()
    {
        Attachment processor = Come(DeviceClass.Processor);
        Assert.False(Map(processor, DmaDirection.Bidirectional).NeedsSync);
        Assert.Equal(Verdict.Direct, processor.Decision.Verdict);
        Assert.All(Buffer.Backing!.View.Frames.ToArray(), frame => Assert.True(frame.ToAddress(PageSize.Size4K).Value < FourGiB));
    }

    [Fact]
    public void A_32_bit_device_that_comes_late_to_high_frames_works_on_copies()
    {
        Map(Come(DeviceClass.Network), DmaDirection.ToDevice);
        Attachment processor = Come(DeviceClass.Processor);
        Assert.Equal(Verdict.Bounce, processor.Decision.Verdict);
        Assert.Equal(Buffer.Length, Map(processor, DmaDirection.ToDevice).BouncedBytes);
    }

    [Fact]
    public void A_zero_copy_device_that_comes_late_is_refused_with_reason_and_frame()
    {
        Attachment network = Come(DeviceClass.Network);
        MapResult live = Map(network, DmaDirection.ToDevice);
        AttachResult floppy = TryCome(DeviceClass.Floppy);
        Assert.False(floppy.IsAttached);
        Refusal refusal = floppy.Decision.Refusal!;
        Assert.Equal((RefusalReason.UnreachableFrame, 0), (refusal.Reason, refusal.FrameIndex));
        Assert.Contains("0xffffff", refusal.Wanted, StringComparison.Ordinal);
        Assert.Contains(Buffer.Backing!.View.Frames[0].ToString(), refusal.Found, StringComparison.Ordinal);
        Assert.Equal([RefusalReason.UnreachableFrame, RefusalReason.Pinned, RefusalReason.ZeroCopyOnly], refusal.Causes.Select(cause => cause.Reason));
        Assert.Equal("unmap Network", refusal.Advice);
        Assert.Single(Buffer.Attachments);
        Assert.Equal(DmaConstraints.None, Buffer.CurrentConstraints);

        network.Unmap(live.Token);
        Assert.Equal((Verdict.Move, Verdict.Direct), (TryCome(DeviceClass.Floppy).Decision.Verdict, Buffer.Attachments[1].Decision.Verdict));
    }

    [Fact]
    public void A_contiguous_only_device_in_fragmented_memory_is_refused_late_and_served_in_time()
    {
        Map(Come(DeviceClass.Camera), DmaDirection.FromDevice);
        Assert.True(Buffer.Backing!.RunCount > 1);
        Refusal refusal = TryCome(DeviceClass.Display).Decision.Refusal!;
        Assert.True(refusal.Reason is RefusalReason.TooManySegments or RefusalReason.UnreachableFrame, refusal.ToString());

        var calm = new ShareWorld(new ShareCase([DeviceClass.Display], 5 * 4096, 0));
        Attachment display = calm.Attach(0).Attachment!;
        Assert.True(display.Map(0, calm.Buffer.Length, DmaDirection.ToDevice, new DmaSegment[1]).IsMapped);
        Assert.Equal((1, Verdict.Direct), (calm.Buffer.Backing!.RunCount, display.Decision.Verdict));
    }

    [Fact]
    public void Frames_that_are_nowhere_free_are_a_status_until_they_are()
    {
        // No five consecutive frames are free anywhere, though the zones are large enough: a present lack, not a refusal.
        var world = new ShareWorld(new ShareCase([DeviceClass.Display], 5 * 4096, 1));
        Attachment display = world.Attach(0).Attachment!;
        Assert.Equal(Verdict.Admitted, display.Decision.Verdict);
        SharedMapResult none = display.Map(0, 4096, DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.Equal((MapStatus.NoBacking, RefusalReason.NoFreeFrames), (none.Mapping.Status, none.Refusal!.Reason));
        Assert.Contains("contiguous", none.ToString(), StringComparison.Ordinal);
        Assert.Null(world.Buffer.Backing);

        // Whoever else wants to map is told who is in the way of everybody.
        (IDmaMapper mapper, Importer importer) = world.Make(DeviceClass.Network, "network");
        none = world.Buffer.Attach(mapper, importer).Attachment!.Map(0, 4096, DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.Equal([display.Name], none.Refusal!.ConflictsWith);
        Assert.Equal([display.Name], world.Buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Refusal!.ConflictsWith);
        Assert.Equal(world.FreeAtStart, world.Frames.FreeFrames);
    }

    [Fact]
    public void A_device_that_no_frames_would_help_is_refused_at_once()
    {
        var world = new ShareWorld(new ShareCase([DeviceClass.Scanner], 100_000, 0));
        Refusal refusal = world.Attach(0).Decision.Refusal!;
        Assert.Equal(RefusalReason.TooManySegments, refusal.Reason);
        Assert.Contains("13 segments", refusal.Found, StringComparison.Ordinal);

        (IDmaMapper mapper, _) = world.Make(DeviceClass.Scanner, "windowed");
        Assert.True(world.Buffer.Attach(mapper, new Importer(mapper.Profile) { MapsWindows = true }).IsAttached);

        var odd = new DirectMapper(new DmaDevice("odd", new RequesterId(77), new DmaConstraints { Granularity = 512 }));
        Assert.Equal(RefusalReason.Unaligned, world.Buffer.Attach(odd).Decision.Refusal!.Reason);
    }

    [Fact]
    public void Conflicting_devices_are_told_of_each_other()
    {
        Come(DeviceClass.Accelerator);
        Refusal refusal = TryCome(DeviceClass.Floppy).Decision.Refusal!;
        Assert.Equal(RefusalReason.NoCommonBacking, refusal.Reason);
        Assert.Equal("Accelerator", Assert.Single(refusal.ConflictsWith));
        Buffer.Attachments[0].Detach();
        Assert.True(TryCome(DeviceClass.Floppy).IsAttached);
    }

    [Fact]
    public void Contradicting_windows_behind_iommus_refuse_nobody()
    {
        var low = new PaperMapper(new MapperProfile(new DmaDevice("low", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) }), Addressing.Translated));
        var high = new PaperMapper(new MapperProfile(
            new DmaDevice("high", new RequesterId(2), new DmaConstraints { Window = new DmaWindow(new DmaAddress(FourGiB), new DmaAddress(ulong.MaxValue)) }), Addressing.Translated));
        Assert.True(Buffer.Attach(low).IsAttached);
        Assert.True(Buffer.Attach(high).IsAttached);
        Assert.True(Buffer.CurrentConstraints.IsBottom);
        Assert.False(Buffer.Demand.IsBottom);
    }

    [Fact]
    public void Device_memory_is_shared_with_those_who_need_no_pages_and_copied_for_nobody()
    {
        using var bar = new PfnBuffer(Given.Frames(RigMemory.StartOf(HomeArea.Mmio) >> 12, 4), PageSize.Size4K);
        using var buffer = new SharedBuffer(new FixedExporter(_world.Memory, bar, MemoryKind.Mmio));
        (IDmaMapper network, Importer plain) = _world.Make(DeviceClass.Network, "network");
        Attachment peer = buffer.Attach(network, plain).Attachment!;
        (IDmaMapper other, Importer _) = _world.Make(DeviceClass.Network, "pages");
        Assert.Equal(RefusalReason.NoPages, buffer.Attach(other, new Importer(other.Profile) { NeedsPages = true }).Decision.Refusal!.Reason);
        (IDmaMapper tester, Importer copies) = _world.Make(DeviceClass.Tester, "tester");
        Assert.False(buffer.Attach(tester, copies).IsAttached);
        SharedMapResult mapped = peer.Map(0, buffer.Length, DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.Equal((true, Verdict.Direct), (mapped.IsMapped, peer.Decision.Verdict));
        Assert.False(buffer.Attach(tester, copies).IsAttached);
        Assert.Equal(RefusalReason.NoPages, buffer.Attach(other, new Importer(other.Profile) { NeedsPages = true }).Decision.Refusal!.Reason);
        peer.Unmap(mapped.Mapping.Token);
    }

    [Fact]
    public void Protected_memory_is_for_trusted_devices_and_not_for_the_cpu()
    {
        using var secret = new PfnBuffer(Given.Frames(RigMemory.StartOf(HomeArea.Protected) >> 12, 4), PageSize.Size4K);
        using var buffer = new SharedBuffer(new FixedExporter(_world.Memory, secret, MemoryKind.Protected));
        var stranger = new PaperMapper(new MapperProfile(new DmaDevice("stranger", new RequesterId(9)) { IsTrusted = false }, Addressing.Translated));
        Refusal refusal = buffer.Attach(stranger).Decision.Refusal!;
        Assert.Equal((RefusalReason.ProtectedMemory, "stranger"), (refusal.Reason, refusal.Importer));
        (IDmaMapper network, Importer importer) = _world.Make(DeviceClass.Network, "network");
        Assert.True(buffer.Attach(network, importer).IsAttached);
        CpuAccessResult cpu = buffer.BeginCpuAccess(0, 1, MemoryAccess.Read);
        Assert.Equal((MapStatus.Refused, null), (cpu.Status, cpu.Access));
    }

    [Fact]
    public void A_policy_without_bouncing_refuses_copies()
    {
        var frames = new FrameAllocator(new PhysicalAddress(FourGiB), 1 << 20);
        (IDmaMapper mapper, Importer importer) = _world.Make(DeviceClass.Processor, "processor");
        using var strict = new SharedBuffer(new SystemMemoryExporter("high memory", _world.Memory, frames, 8192), new SharingPolicy { AllowsBounce = false });
        Assert.Equal(RefusalReason.NoCommonBacking, strict.Attach(mapper, importer).Decision.Refusal!.Reason);
        using var lenient = new SharedBuffer(new SystemMemoryExporter("high memory", _world.Memory, frames, 8192));
        Assert.True(lenient.Attach(mapper, importer).IsAttached);
    }

    [Theory]
    [InlineData(BounceMode.Everything, 8192, 16)]
    [InlineData(BounceMode.PartialFrames, 8000, 16)]
    [InlineData(BounceMode.Everything, 8192, 1)]
    public void A_device_whose_mapper_copies_on_any_frames_is_refused_at_once_where_it_may_not_or_cannot(BounceMode mode, long length, int slots)
    {
        var device = new DmaDevice("scanner", new RequesterId(0, 9, 0));
        var mapper = new BounceMapper(new DirectMapper(device), new BouncePool(_world.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.Pool), slots * 4096), slots * 4096), mode);
        bool isForbidden = slots > 1;
        using var buffer = new SharedBuffer(new SystemMemoryExporter("ram", _world.Memory, _world.Frames, length), new SharingPolicy { AllowsBounce = !isForbidden });
        Refusal refusal = buffer.Attach(mapper).Decision.Refusal!;
        Assert.Equal([RefusalReason.MustCopy, isForbidden ? RefusalReason.PolicyForbids : RefusalReason.NoBounceCapacity], refusal.Causes.Select(cause => cause.Reason));
        using var whole = new SharedBuffer(new SystemMemoryExporter("ram", _world.Memory, _world.Frames, 4096), new SharingPolicy { AllowsBounce = !isForbidden });
        Assert.Equal(mode == BounceMode.PartialFrames || !isForbidden, whole.Attach(mapper).IsAttached);
    }

    [Fact]
    public void Copies_and_writers_of_the_same_bytes_exclude_each_other_and_are_named()
    {
        Attachment network = Come(DeviceClass.Network), tester = Come(DeviceClass.Tester);
        MapResult writer = Map(network, DmaDirection.FromDevice);
        SharedMapResult refused = tester.Map(0, 4096, DmaDirection.ToDevice, new DmaSegment[4]);
        Assert.Equal((MapStatus.WouldDiverge, "Network"), (refused.Mapping.Status, refused.ConflictsWith));
        Assert.Contains("Network", refused.ToString(), StringComparison.Ordinal);
        network.Unmap(writer.Token);

        MapResult copy = Map(tester, DmaDirection.ToDevice);
        refused = network.Map(4096, 100, DmaDirection.Bidirectional, new DmaSegment[4]);
        Assert.Equal((MapStatus.WouldDiverge, "Tester"), (refused.Mapping.Status, refused.ConflictsWith));
        Assert.Equal(1, Buffer.LiveUses);

        // Readers of bytes that are copied for reading are no conflict.
        MapResult reader = Map(network, DmaDirection.ToDevice);
        Assert.Equal(2, Buffer.LiveUses);
        network.Unmap(reader.Token);
        tester.Unmap(copy.Token);
        Assert.Equal(0, Buffer.LiveUses);
        Map(network, DmaDirection.Bidirectional);
    }

    [Fact]
    public void Copies_and_writers_of_different_bytes_live_side_by_side()
    {
        Attachment network = Come(DeviceClass.Network), tester = Come(DeviceClass.Tester);
        Assert.True(tester.Map(0, 4097, DmaDirection.FromDevice, new DmaSegment[4]).IsMapped);
        Assert.Equal(MapStatus.WouldDiverge, network.Map(4096, 10, DmaDirection.FromDevice, new DmaSegment[4]).Mapping.Status);
        Assert.True(network.Map(4097, 10, DmaDirection.FromDevice, new DmaSegment[4]).IsMapped);
    }

    [Fact]
    public void Writers_without_copies_are_no_conflict()
    {
        Attachment network = Come(DeviceClass.Network), camera = Come(DeviceClass.Camera);
        Map(network, DmaDirection.Bidirectional);
        Map(camera, DmaDirection.Bidirectional);
        Assert.Equal(MapStatus.Mapped, Open(MemoryAccess.ReadWrite, out _));
    }

    [Fact]
    public void The_cpu_and_copies_exclude_each_other_where_one_writes()
    {
        Attachment tester = Come(DeviceClass.Tester);
        Assert.Equal(MapStatus.Mapped, Open(MemoryAccess.Write, out CpuAccess? cpu));
        SharedMapResult refused = tester.Map(0, Buffer.Length, DmaDirection.ToDevice, new DmaSegment[1]);
        Assert.Equal((MapStatus.WouldDiverge, "the CPU"), (refused.Mapping.Status, refused.ConflictsWith));
        cpu!.Dispose();
        cpu.Dispose();
        Assert.Equal(0, Buffer.LiveUses);

        MapResult reading = Map(tester, DmaDirection.ToDevice);
        Assert.Equal(MapStatus.WouldDiverge, Open(MemoryAccess.Write, out _));
        Assert.Equal(MapStatus.Mapped, Open(MemoryAccess.Read, out cpu));
        cpu!.Dispose();
        tester.Unmap(reading.Token);

        Map(tester, DmaDirection.FromDevice);
        Assert.Equal(MapStatus.WouldDiverge, Open(MemoryAccess.Read, out _));
    }

    [Fact]
    public void The_cpu_sees_the_bytes_of_its_access_and_no_others()
    {
        CpuAccess? cpu = Buffer.BeginCpuAccess(4000, 200, MemoryAccess.ReadWrite).Access;
        byte[] bytes = HomeBytes.Noise(200, 3), read = new byte[200];
        cpu!.Write(0, bytes);
        cpu.Read(0, read);
        Assert.Equal(bytes, read);
        _world.Memory.Read(Buffer.Backing!.View, 4000, read);
        Assert.Equal(bytes, read);
        Assert.Throws<ArgumentOutOfRangeException>(() => cpu.Write(1, bytes));
        cpu.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cpu.Read(0, read));
        Assert.Equal(MapStatus.Mapped, Open(MemoryAccess.Read, out cpu));
        Assert.Throws<InvalidOperationException>(() => cpu!.Write(0, bytes));
        cpu!.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => Buffer.BeginCpuAccess(0, Buffer.Length + 1, MemoryAccess.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => Buffer.BeginCpuAccess(0, 1, MemoryAccess.None));
    }

    [Fact]
    public void Devices_exchange_bytes_through_the_buffer_whatever_their_verdicts()
    {
        // The processor comes late to high frames, and so works on a copy.
        Attachment network = Come(DeviceClass.Network);
        MapResult writer = Map(network, DmaDirection.FromDevice, out DmaSegment[] segments);
        byte[] bytes = HomeBytes.Noise(Buffer.Length, 5);
        DeviceBytes.Write(BusPort.Direct(network.Importer.Profile.Device, _world.Memory), segments, 0, bytes);
        network.Unmap(writer.Token);
        Attachment processor = Come(DeviceClass.Processor);
        Map(processor, DmaDirection.ToDevice, out segments);
        Assert.Equal(bytes, DeviceBytes.Read(BusPort.Direct(processor.Importer.Profile.Device, _world.Memory), segments, 0, Buffer.Length));
    }

    [Fact]
    public void A_mapped_device_is_not_detached_and_a_detached_one_not_mapped()
    {
        Attachment network = Come(DeviceClass.Network);
        MapResult mapping = Map(network, DmaDirection.ToDevice);
        Assert.Throws<InvalidOperationException>(network.Detach);
        Assert.False(network.IsDetached);
        Assert.Equal(network, Assert.Single(Buffer.Attachments));
        network.Unmap(mapping.Token);
        network.Detach();
        network.Detach();
        Assert.True(network.IsDetached);
        Assert.Empty(Buffer.Attachments);
        Assert.Throws<InvalidOperationException>(() => Map(network, DmaDirection.ToDevice));
        Assert.Throws<ArgumentException>(() => network.Unmap(mapping.Token));
        Come(DeviceClass.Network);
    }

    [Fact]
    public void A_buffer_in_use_is_not_disposed_and_a_disposed_one_gives_its_frames_back()
    {
        Attachment network = Come(DeviceClass.Network);
        MapResult mapping = Map(network, DmaDirection.ToDevice);
        Assert.Equal(_world.FreeAtStart - 5, _world.Frames.FreeFrames);
        Assert.Throws<InvalidOperationException>(Buffer.Dispose);
        Assert.False(network.IsDetached);
        network.Unmap(mapping.Token);
        Assert.Equal(MapStatus.Mapped, Open(MemoryAccess.Read, out CpuAccess? cpu));
        Assert.Throws<InvalidOperationException>(Buffer.Dispose);
        cpu!.Dispose();
        Buffer.Dispose();
        Buffer.Dispose();
        Assert.True(network.IsDetached);
        Assert.Null(Buffer.Backing);
        Assert.Equal(_world.FreeAtStart, _world.Frames.FreeFrames);
        Assert.Throws<ObjectDisposedException>(() => TryCome(DeviceClass.Camera));
        Assert.Throws<ObjectDisposedException>(() => Map(network, DmaDirection.ToDevice));
        Assert.Throws<ObjectDisposedException>(() => Open(MemoryAccess.Read, out _));
        network.Detach();
    }

    [Fact]
    public void A_direction_beyond_what_was_declared_is_refused()
    {
        (IDmaMapper mapper, _) = _world.Make(DeviceClass.Network, "reader");
        Attachment reader = Buffer.Attach(mapper, new Importer(mapper.Profile) { Access = MemoryAccess.Read }).Attachment!;
        foreach (DmaDirection direction in new[] { DmaDirection.FromDevice, DmaDirection.Bidirectional, DmaDirection.None })
            Assert.Equal("direction", Assert.Throws<ArgumentOutOfRangeException>(() => Map(reader, direction)).ParamName);
        Map(reader, DmaDirection.ToDevice);
    }

    [Fact]
    public void Ranges_tokens_and_declarations_are_checked()
    {
        (IDmaMapper own, Importer plain) = _world.Make(DeviceClass.Network, "Network");
        Attachment network = Buffer.Attach(own, plain).Attachment!, camera = Come(DeviceClass.Camera);
        Assert.Equal("offset", Assert.Throws<ArgumentOutOfRangeException>(() => network.Map(Buffer.Length + 1, 1, DmaDirection.ToDevice, default)).ParamName);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => network.Map(1, Buffer.Length, DmaDirection.ToDevice, default)).ParamName);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => network.Map(1, 0, DmaDirection.ToDevice, default)).ParamName);
        MapResult mapping = Map(network, DmaDirection.ToDevice);
        Assert.Throws<ArgumentException>(() => camera.Unmap(mapping.Token));
        Assert.Throws<ArgumentException>(() => own.Unmap(mapping.Token));
        Assert.Throws<ArgumentException>(() => network.SyncForCpu(default, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.SyncForDevice(mapping.Token, 0, Buffer.Length + 1));
        Assert.Equal(1, Buffer.LiveUses);
        Assert.Equal("importer", Assert.Throws<ArgumentException>(() => TryCome(DeviceClass.Network)).ParamName);
        (IDmaMapper mapper, _) = _world.Make(DeviceClass.Network, "other");
        Assert.Equal("importer", Assert.Throws<ArgumentException>(() => Buffer.Attach(mapper, camera.Importer)).ParamName);
        Assert.Equal("mapper", Assert.Throws<ArgumentNullException>(() => Buffer.Attach(null!)).ParamName);
    }

    [Fact]
    public void A_pool_that_is_too_small_for_the_slots_is_no_way_to_bounce()
    {
        // 4096 bytes that touch two frames want two slots.
        using var backing = new PfnBuffer(Given.Frames(FourGiB >> 12, 2), PageSize.Size4K, 2048, 4096);
        var device = new DmaDevice("device", new RequesterId(4), new DmaConstraints { Window = DmaWindow.OfBits(32) });
        using var pool = new BouncePool(_world.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.Pool), 4096), 4096);
        var mapper = new BounceMapper(new DirectMapper(device), pool);
        Assert.Equal(Verdict.Refused, Stands.On(backing, mapper).Verdict);
        Assert.Equal(MapStatus.NoBounceSpace, mapper.Map(backing.View, DmaDirection.ToDevice, new DmaSegment[2]).Status);
    }

    [Fact]
    public void Only_frames_out_of_reach_count_against_a_pool()
    {
        // One run, of which the last frame is out of reach.
        using var backing = new PfnBuffer(Given.Frames((FourGiB >> 12) - 15, 16), PageSize.Size4K);
        var device = new DmaDevice("device", new RequesterId(4), new DmaConstraints { Window = DmaWindow.OfBits(32) });
        using var pool = new BouncePool(_world.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.Pool), 4096), 4096);
        var mapper = new BounceMapper(new DirectMapper(device), pool);
        Assert.Equal(Verdict.Bounce, Stands.On(backing, mapper).Verdict);
        MapResult mapped = mapper.Map(backing.View, DmaDirection.ToDevice, new DmaSegment[2]);
        Assert.Equal((MapStatus.Mapped, 4096L), (mapped.Status, mapped.BouncedBytes));
        mapper.Unmap(mapped.Token);
    }

    private AttachResult TryCome(DeviceClass kind)
    {
        (IDmaMapper mapper, Importer importer) = _world.Make(kind, kind.ToString());
        return Buffer.Attach(mapper, importer);
    }

    private Attachment Come(DeviceClass kind)
    {
        AttachResult result = TryCome(kind);
        Assert.True(result.IsAttached, result.ToString());
        return result.Attachment!;
    }

    private MapResult Map(Attachment attachment, DmaDirection direction) => Map(attachment, direction, out _);

    private MapResult Map(Attachment attachment, DmaDirection direction, out DmaSegment[] segments)
    {
        var room = new DmaSegment[64];
        SharedMapResult result = attachment.Map(0, Buffer.Length, direction, room);
        Assert.True(result.IsMapped, result.ToString());
        segments = [.. room.Take(result.Mapping.SegmentCount)];
        return result.Mapping;
    }

    private MapStatus Open(MemoryAccess access, out CpuAccess? cpu)
    {
        CpuAccessResult result = Buffer.BeginCpuAccess(0, Buffer.Length, access);
        cpu = result.Access;
        return result.Status;
    }
}
