using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What is released from quarantine is there until it is released indeed.</summary>
public class QuarantineReleaseTests
{
    private readonly MisuseScene _scene = new(throws: false);
    private TamperedMapper _inner;

    public QuarantineReleaseTests() => _inner = TamperedMapper.Of(_scene);

    [Fact]
    public void Nothing_is_no_entry()
        => Assert.Throws<ArgumentNullException>("entry", () => _scene.Checker.Quarantine.Release(null!));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_mapper_fails_to_end_stays_in_quarantine(bool isLinked)
    {
        if (isLinked) _scene.Link(_scene.Reserve(), 0, 1);
        else _scene.Map(_scene.Nic);
        _scene.Nic.Dispose();
        Quarantine quarantine = _scene.Checker.Quarantine;
        QuarantineEntry entry = Assert.Single(quarantine.Entries);
        _inner.Before = static _ => throw new TimeoutException();
        Assert.Throws<TimeoutException>(() => quarantine.Release(entry));
        Assert.Same(entry, Assert.Single(quarantine.Entries));
        Assert.Equal((1, 1), (quarantine.Count, _scene.Checker.LiveMappings));
        _inner.Before = null;
        quarantine.Release(entry);
        Assert.Equal((0, 0), (quarantine.Count, _scene.Checker.LiveMappings));
        Assert.Throws<ArgumentException>("entry", () => quarantine.Release(entry));
    }

    [Theory]
    [InlineData(nameof(IReservingMapper.Release))]
    [InlineData(nameof(IDmaMapper.Map))]
    public void A_reservation_that_ends_while_its_device_is_released_does_not_stay_in_quarantine(string ending)
    {
        using Heard heard = Rename("released while a reservation ends, " + ending);
        string before = _scene.State();
        IovaReservation reservation = _scene.Reserve();
        _scene.Link(reservation, 0, 1);
        if (ending == nameof(IDmaMapper.Map)) _scene.Nic.Unlink(reservation, 0, 4096);
        (int Entries, long Counted) kept = default;
        _inner.Before = call =>
        {
            if (call != ending) return;
            _scene.Nic.Dispose();
            kept = (_scene.Checker.Quarantine.Count, heard[DmaMetrics.Quarantined]);
        };
        if (ending == nameof(IDmaMapper.Map)) Assert.Throws<ObjectDisposedException>(() => { _scene.Nic.Map(MisuseScene.Frames(2).View, DmaDirection.ToDevice, _scene.Segments, MapOptions.None, reservation); });
        else _scene.Nic.Release(reservation);
        Assert.Equal((1, 1), kept);
        Assert.Equal((0, 0), (_scene.Checker.Quarantine.Count, heard[DmaMetrics.Quarantined]));
        Assert.Equal(before, _scene.State());
    }

    [Fact]
    public void A_mapping_that_is_not_ended_after_all_is_kept_and_told_where_its_device_is_released_meanwhile()
    {
        const string Name = "released while a mapping ends";
        using Heard heard = Rename(Name);
        string before = _scene.State();
        MappingToken token = _scene.Map(_scene.Nic);
        _inner.Before = _ =>
        {
            _scene.Nic.Dispose();
            throw new TimeoutException();
        };
        Assert.Throws<TimeoutException>(() => _scene.Nic.Unmap(token));
        QuarantineEntry entry = Assert.Single(_scene.Checker.Quarantine.Entries);
        Assert.Equal((MisuseKind.Leak, 4096L, Name), (entry.Cause, entry.Length, entry.Device));
        Assert.Equal(1, heard[DmaMetrics.Quarantined]);
        MisuseReport told = Assert.Single(_scene.Told);
        Assert.Equal((MisuseKind.Leak, entry.Created), (told.Kind, told.Created));
        _inner.Before = null;
        _scene.Checker.Quarantine.Release(entry);
        Assert.Equal((before, 0), (_scene.State(), heard[DmaMetrics.Quarantined]));
    }

    [Fact]
    public void What_never_was_in_quarantine_is_not_counted_out_of_it()
    {
        const string Name = "never in quarantine";
        using Heard heard = new(Name);
        var checker = new MappingChecker(new MappingCheckerOptions { ForbidsSharedWrites = true });
        using var mapper = new CheckedReservingMapper(checker, new IommuMapper(new DmaDevice(Name, new RequesterId(9)), _scene.Domain));
        PfnBuffer twice = new([new Pfn(5), new Pfn(5)], PageSize.Size4K);
        Assert.Throws<DmaMisuseException>(() => { mapper.Map(twice.View, DmaDirection.FromDevice, new DmaSegment[2], MapOptions.None); });
        mapper.Release(mapper.Reserve(4096).Reservation);
        Assert.Equal((1, 0), (heard[DmaMetrics.Unmaps], heard[DmaMetrics.Quarantined]));
    }

    [Fact]
    public void What_turns_out_to_be_a_misuse_while_its_device_is_released_does_not_stay_in_quarantine()
    {
        CheckedMapper? mapper = null;
        var told = new List<MisuseKind>();
        var checker = new MappingChecker(new MappingCheckerOptions
        {
            ForbidsSharedWrites = true,
            OnMisuse = misuse =>
            {
                told.Add(misuse.Kind);
                if (told.Count > 1) return;
                mapper!.Dispose();
                throw new TimeoutException();
            },
        });
        var inner = new DirectMapper(new DmaDevice("released while it is told", new RequesterId(1)));
        mapper = new CheckedMapper(checker, inner);
        PfnBuffer twice = new([new Pfn(5), new Pfn(9), new Pfn(5)], PageSize.Size4K);
        using Heard heard = new("released while it is told");
        Assert.Throws<TimeoutException>(() => { mapper.Map(twice.View, DmaDirection.FromDevice, new DmaSegment[3], MapOptions.None); });
        Assert.Equal((2, MisuseKind.Leak), (told.Count, told[1]));
        Assert.Equal((0, 0, 0L), (checker.Quarantine.Count, checker.LiveMappings, heard[DmaMetrics.Quarantined]));
        Assert.Equal(heard[DmaMetrics.Maps], heard[DmaMetrics.Unmaps]);
    }

    [Fact]
    public void What_is_being_released_keeps_its_place_and_is_released_by_nobody_else()
    {
        _scene.Map(_scene.Nic);
        _scene.Map(_scene.Nic, first: 4);
        _scene.Nic.Dispose();
        Quarantine quarantine = _scene.Checker.Quarantine;
        QuarantineEntry[] entries = [.. quarantine.Entries];
        _inner.Before = _ =>
        {
            Assert.Equal(entries, quarantine.Entries);
            Assert.Throws<ArgumentException>("entry", () => quarantine.Release(entries[0]));
            throw new TimeoutException();
        };
        Assert.Throws<TimeoutException>(() => quarantine.Release(entries[0]));
        Assert.Equal(entries, quarantine.Entries);
        _inner.Before = null;
        foreach (QuarantineEntry entry in entries) quarantine.Release(entry);
        Assert.Empty(quarantine.Entries);
    }

    [Fact]
    public void What_was_mapped_without_segments_has_no_address()
    {
        var inner = new GivingMapper(default);
        var mapper = new CheckedMapper(_scene.Checker, inner);
        Assert.True(mapper.Map(MisuseScene.Frames(1).View, DmaDirection.ToDevice, default, MapOptions.None).IsMapped);
        mapper.Dispose();
        QuarantineEntry entry = Assert.Single(_scene.Checker.Quarantine.Entries);
        Assert.Equal(("giver", 4096L, default(DmaAddress)), (entry.Device, entry.Length, entry.Address));
        Assert.Equal($"giver: 4096 bytes ToDevice, mapped by {entry.Created}; Leak", entry.ToString());
        _scene.Checker.Quarantine.Release(entry);
        Assert.Equal(0, inner.Live);
    }

    /// <summary>Gives the scene's nic a name that no other test listens to.</summary>
    private Heard Rename(string name)
    {
        _inner = new TamperedMapper(new IommuMapper(new DmaDevice(name, new RequesterId(0, 3, 0)), _scene.Domain));
        _scene.Nic = new CheckedReservingMapper(_scene.Checker, _inner);
        return new Heard(name);
    }
}
