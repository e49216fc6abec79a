using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Each class of misuse is told as what it is, with the place where the mapping was made; CheckedMutantTests removes each check.</summary>
public class MisuseTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Misuses.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_misuse_is_told_as_what_it_is(string name)
    {
        MisuseReport? report = Misuses.Commit(name);
        Assert.NotNull(report);
        output.WriteLine(report.ToString());
        Assert.Equal(Misuses.KindOf(name), report.Kind);
        Assert.StartsWith(report.Device + ": ", report.ToString(), StringComparison.Ordinal);
        Assert.All([report.Wanted, report.Found, report.Advice], part => Assert.False(string.IsNullOrWhiteSpace(part)));

        // Who did it is a method of the scenes, not one of the library's.
        const string Site = @"^(\w+Misuses|MisuseScene)\.\w+( \(\w+\.cs:\d+\))?$";
        Assert.Matches(Site, report.Here.ToString());
        bool hasMapping = report.Kind is not (MisuseKind.NeverMapped or MisuseKind.NoDirection or MisuseKind.DeviceOutside or MisuseKind.DeviceAfterFree) && name != "no-reservation";
        Assert.Equal(hasMapping, report.Created is not null);
        if (hasMapping) Assert.Matches(Site, report.Created!.ToString());
        bool hasEnded = report.Kind is MisuseKind.AlreadyUnmapped or MisuseKind.DeviceAfterUnmap or MisuseKind.DeviceAfterMove or MisuseKind.DeviceAfterFree || name is "released-twice" or "spent";
        Assert.Equal(hasEnded, report.Ended is not null);
    }

    [Fact]
    public void Every_kind_of_misuse_is_committed()
        => Assert.Equal(Enum.GetValues<MisuseKind>().Where(kind => kind != MisuseKind.None), Misuses.Names.Select(Misuses.KindOf).Distinct().Order());

    [Fact]
    public void A_report_that_throws_leaves_everything_as_it_was()
    {
        var scene = new MisuseScene();
        scene.Map(scene.Card, 2, DmaDirection.ToDevice);
        MappingToken live = scene.Map(scene.Nic, 1, first: 4);
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 5, 1);
        string before = scene.State();
        Assert.Throws<DmaMisuseException>(() => scene.Map(scene.Nic));
        Assert.Throws<DmaMisuseException>(() => scene.Nic.Link(reservation, 0, MisuseScene.Frames(1).View, DmaDirection.FromDevice, MapOptions.None));
        Assert.Throws<DmaMisuseException>(() => scene.Nic.Unlink(reservation, 5 * 4096, 100));
        Assert.Throws<DmaMisuseException>(() => scene.Disk.Unmap(live));
        Assert.Throws<DmaMisuseException>(() => scene.Nic.SyncForCpu(live, 1, 4096));
        Assert.Equal(before, scene.State());
        scene.Nic.Unmap(live);
        scene.Nic.Unlink(reservation, 5 * 4096, 4096);
        scene.Nic.Release(reservation);
    }

    [Fact]
    public void Where_somebody_is_told_instead_the_call_goes_on_as_if_unchecked()
    {
        var scene = new MisuseScene(throws: false);
        MappingToken token = scene.Map(scene.Nic);
        scene.Nic.Unmap(token);
        Assert.Equal("token", Assert.Throws<ArgumentException>(() => scene.Nic.Unmap(token)).ParamName);
        scene.Map(scene.Card, direction: DmaDirection.ToDevice);
        MappingToken second = scene.Map(scene.Nic);
        Assert.Equal([MisuseKind.AlreadyUnmapped, MisuseKind.Diverging], scene.Told.Select(one => one.Kind));
        Assert.Equal(2, scene.Checker.LiveMappings);
        scene.Nic.Unmap(second);
    }

    [Fact]
    public void What_the_mapper_threw_comes_with_the_report()
    {
        var scene = new MisuseScene();
        IovaReservation reservation = scene.Reserve();
        scene.Link(reservation, 1, 2);
        DmaMisuseException misuse = Assert.Throws<DmaMisuseException>(() => scene.Nic.Unlink(reservation, 4096, 4096));
        Assert.IsAssignableFrom<ArgumentException>(misuse.InnerException);
        Assert.Same(misuse.InnerException, misuse.Report!.Cause);
        Assert.Equal(misuse.Report.ToString(), misuse.Message);
    }

    [Fact]
    public void Coherent_memory_and_turns_are_the_cpus_at_any_time()
    {
        var scene = new MisuseScene();
        scene.Map(scene.Nic, direction: DmaDirection.Bidirectional, options: MapOptions.ZeroCopy);
        scene.Map(scene.Card, direction: DmaDirection.Bidirectional, first: 1, options: MapOptions.TakesTurns);
        scene.Cpu.Write(MisuseScene.Frames(2).View, 0, new byte[8192]);
        scene.Map(scene.Nic, direction: DmaDirection.ToDevice, first: 3);
        scene.Cpu.Read(MisuseScene.Frames(1, 3).View, 0, new byte[4096]);
        scene.Cpu.Fill(new PhysicalAddress(MisuseScene.Home + (4 * 4096)), 4096, 1);
    }

    [Fact]
    public void What_has_ended_is_tied_to_nobody_and_a_released_mapper_maps_nothing()
    {
        var scene = new MisuseScene(throws: false);
        MappingToken token = scene.Map(scene.Disk);
        scene.Disk.Unmap(token);
        Assert.Throws<ArgumentException>(() => scene.Disk.TieTo(token, new object()));
        scene.Disk.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scene.Map(scene.Disk));
        Assert.Equal(0, scene.Checker.Quarantine.Count);
    }

    [Fact]
    public void Limits_of_a_checker_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MappingChecker(new MappingCheckerOptions { MostOverlaps = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MappingChecker(new MappingCheckerOptions { EndedKept = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MappingChecker().CheckCpuAccess(default, -1, MemoryAccess.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MappingChecker().CheckCpuAccess(default, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MappingChecker().CheckFree(default(PhysicalAddress), -1));
    }

    [Fact]
    public void Of_what_ended_too_long_ago_the_sites_are_forgotten()
    {
        var scene = new MisuseScene(options: _ => new MappingCheckerOptions { EndedKept = 2 });
        MappingToken[] tokens = [scene.Map(scene.Nic), scene.Map(scene.Nic, first: 1), scene.Map(scene.Nic, first: 2)];
        foreach (MappingToken token in tokens) scene.Nic.Unmap(token);
        Assert.Equal([MisuseKind.NeverMapped, MisuseKind.AlreadyUnmapped, MisuseKind.AlreadyUnmapped], tokens.Select(token => scene.Caught(() => scene.Nic.Unmap(token))!.Kind));
    }

    [Fact]
    public void Frames_go_back_when_nothing_of_them_is_mapped_one_by_one_or_in_a_row()
    {
        var scene = new MisuseScene();
        var allocator = new FrameAllocator(new PhysicalAddress(MisuseScene.Home), 1 << 20);
        var frames = new CheckedFrames(scene.Checker, allocator);
        BusPort raw = BusPort.Direct(scene.CardDevice, scene.Memory);
        scene.Checker.WatchRaw(raw);
        Assert.True(frames.TryAllocate(4, default, out Pfn first));
        Pfn[] row = [first, first + 1, first + 2, first + 3];
        MappingToken token = scene.Nic.Map(new PfnView(row, PageSize.Size4K), DmaDirection.ToDevice, scene.Segments, MapOptions.None).Token;
        Assert.Throws<DmaMisuseException>(() => frames.Free(first + 3, 1));
        Assert.Throws<DmaMisuseException>(() => frames.Free(row.AsSpan(0, 1), PageSize.Size4K));
        Assert.Equal(allocator.TotalFrames - 4, allocator.FreeFrames);
        scene.Nic.Unmap(token);
        frames.Free(first, 4);
        Assert.Equal(allocator.TotalFrames, allocator.FreeFrames);

        // A device with raw pfns may use them again when they are somebody's again.
        var address = new DmaAddress(first.ToAddress(PageSize.Size4K).Value);
        Assert.Throws<DmaMisuseException>(() => raw.TryRead(address, new byte[1], out _));
        Assert.True(frames.TryAllocate(4, default, out Pfn again));
        Assert.Equal(first, again);
        Assert.True(raw.TryRead(address, new byte[1], out _));
        frames.Free(row, PageSize.Size4K);
        Assert.Throws<ArgumentOutOfRangeException>(() => frames.Free(first, 0));
    }

    [Fact]
    public void Memory_that_ends_with_the_address_space_is_found_too()
    {
        var scene = new MisuseScene();
        var top = new PhysicalAddress(ulong.MaxValue - 4095);
        using var mapper = new CheckedMapper(scene.Checker, new DirectMapper(scene.NicDevice));
        MappingToken token = mapper.Map(new PfnView([new Pfn(ulong.MaxValue >> 12)], PageSize.Size4K), DmaDirection.FromDevice, scene.Segments, MapOptions.None).Token;
        Assert.Throws<DmaMisuseException>(() => scene.Checker.CheckFree(top, 4096));
        Assert.Throws<DmaMisuseException>(() => scene.Checker.CheckCpuAccess(new PhysicalAddress(ulong.MaxValue), 1, MemoryAccess.Read));
        scene.Checker.CheckFree(new PhysicalAddress(top.Value - 4096), 4096);
        mapper.Unmap(token);
        scene.Checker.CheckFree(top, 4096);
    }

    [Fact]
    public void Syncing_nothing_gives_the_device_nothing()
    {
        var scene = new MisuseScene();
        MappingToken token = scene.Map(scene.Disk, direction: DmaDirection.Bidirectional);
        scene.Disk.SyncForCpu(token, 0, 4096);
        scene.Disk.SyncForDevice(token, 2048, 0);
        scene.Cpu.Read(new PhysicalAddress(MisuseScene.Home), new byte[4096]);
        scene.Disk.Unmap(token);
    }

    [Fact]
    public void What_was_mapped_while_the_device_was_released_is_not_mapped()
    {
        var scene = new MisuseScene();
        var inner = new Releasing(new DirectMapper(scene.DiskDevice));
        using var mapper = new CheckedMapper(scene.Checker, inner);
        inner.Meanwhile = mapper.Dispose;
        Assert.Throws<ObjectDisposedException>(() => scene.Map(mapper));
        Assert.Equal((0, 0, 0), (scene.Checker.LiveMappings, scene.Checker.Quarantine.Count, inner.Live));
    }

    /// <summary>Has something done while it maps.</summary>
    private sealed class Releasing(DirectMapper inner) : MapperWrapper(inner)
    {
        internal Action? Meanwhile { get; set; }

        internal int Live => inner.LiveMappings;

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            MapResult result = base.Map(view, direction, segments, options);
            Meanwhile?.Invoke();
            return result;
        }
    }
}
