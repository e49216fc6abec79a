using System;
using DmaMapping;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a reservation names that is none of the mapper's own, and how much of either kind a released device left.</summary>
public class NamedReservationsTests
{
    private readonly MisuseScene _scene = new();

    [Fact]
    public void One_that_lives_elsewhere_is_told_with_its_place_and_stays()
    {
        using var other = new CheckedReservingMapper(_scene.Checker, new IommuMapper(_scene.DiskDevice, _scene.Domain));
        IovaReservation reservation = _scene.Reserve();
        MisuseReport? report = _scene.Caught(() => other.Release(reservation));
        Assert.Equal((MisuseKind.ReservationGone, "disk"), (report?.Kind, report?.Device));
        Assert.StartsWith("MisuseScene.Reserve", report!.Created?.ToString(), StringComparison.Ordinal);
        Assert.Null(report.Ended);
        Assert.Contains("nic's", report.Found, StringComparison.Ordinal);
        _scene.Nic.Release(reservation);

        // Ended, it is still known, by whomever it is asked for.
        foreach (IReservingMapper mapper in (IReservingMapper[])[other, _scene.Nic])
        {
            report = _scene.Caught(() => mapper.Release(reservation));
            Assert.Equal(MisuseKind.ReservationGone, report?.Kind);
            Assert.StartsWith("MisuseScene.Reserve", report!.Created?.ToString(), StringComparison.Ordinal);
            Assert.NotNull(report.Ended);
        }
    }

    [Fact]
    public void One_in_quarantine_is_told_with_its_place()
    {
        IovaReservation reservation = _scene.Reserve();
        Assert.Equal(MisuseKind.Leak, _scene.Caught(_scene.Nic.Dispose)?.Kind);
        MisuseReport? report = _scene.Caught(() => _scene.Nic.Release(reservation));
        Assert.Equal(MisuseKind.ReservationGone, report?.Kind);
        Assert.StartsWith("MisuseScene.Reserve", report!.Created?.ToString(), StringComparison.Ordinal);
        Assert.Null(report.Ended);
        Assert.Contains("quarantine", report.Found, StringComparison.Ordinal);
        _scene.Checker.Quarantine.Release(Assert.Single(_scene.Checker.Quarantine.Entries));
        report = _scene.Caught(() => _scene.Nic.Release(reservation));
        Assert.Equal(MisuseKind.ReservationGone, report?.Kind);
        Assert.NotNull(report!.Ended);
    }

    [Theory]
    [InlineData(2, 1, "2 mappings and 1 reservation ", "MisuseScene.Map")]
    [InlineData(1, 3, "1 mapping and 3 reservations ", "MisuseScene.Map")]
    [InlineData(0, 2, "0 mappings and 2 reservations ", "MisuseScene.Reserve")]
    [InlineData(2, 0, "2 mappings and 0 reservations ", "MisuseScene.Map")]
    public void A_leak_counts_mappings_and_reservations(int mappings, int reservations, string counted, string made)
    {
        for (int i = 0; i < reservations; i++) _scene.Reserve();
        for (int i = 0; i < mappings; i++) _scene.Map(_scene.Nic, first: i);
        MisuseReport? report = _scene.Caught(_scene.Nic.Dispose);
        Assert.Equal(MisuseKind.Leak, report?.Kind);
        Assert.StartsWith(counted, report!.Found, StringComparison.Ordinal);
        Assert.StartsWith(made, report.Created?.ToString(), StringComparison.Ordinal);
        Assert.Equal(mappings + reservations, _scene.Checker.Quarantine.Count);
    }
}
