using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace DmaMapping;

/// <summary>
/// The instruments, and how mappers, domains and ports record. Each call is a look at whether anybody listens, inlined where it stands;
/// what follows when somebody does stands apart. Recording allocates nothing: tags are strings that are there already, passed by value.
/// Thread-safe. A listener's code runs in the caller, so nothing may be held when something is recorded.
/// </summary>
internal static class MappingMetrics
{
    private const string Bytes = "By";
    private const string OfRange = "range";
    private const string OfDomain = "domain";

    private static readonly Meter Meter = new(DmaMetrics.MeterName, typeof(DmaMetrics).Assembly.GetName().Version?.ToString(3));
    private static readonly Counter<long> Maps = Meter.CreateCounter<long>(DmaMetrics.Maps, "{map}", "Mappings made");
    private static readonly Counter<long> MappedSize = Meter.CreateCounter<long>(DmaMetrics.MappedSize, Bytes, "Bytes of the mappings made");
    private static readonly Counter<long> Unmaps = Meter.CreateCounter<long>(DmaMetrics.Unmaps, "{unmap}", "Mappings ended");
    private static readonly Counter<long> UnmappedSize = Meter.CreateCounter<long>(DmaMetrics.UnmappedSize, Bytes, "Bytes of the mappings ended");
    private static readonly Counter<long> Links = Meter.CreateCounter<long>(DmaMetrics.Links, "{link}", "Links made in reservations");
    private static readonly Counter<long> LinkedSize = Meter.CreateCounter<long>(DmaMetrics.LinkedSize, Bytes, "Bytes of the links made");
    private static readonly Counter<long> Unlinks = Meter.CreateCounter<long>(DmaMetrics.Unlinks, "{unlink}", "Links taken out of reservations");
    private static readonly Counter<long> BouncedSize = Meter.CreateCounter<long>(DmaMetrics.BouncedSize, Bytes, "Bytes of mappings that go through a copy");
    private static readonly Counter<long> Shortages = Meter.CreateCounter<long>(DmaMetrics.Shortages, "{shortage}", "Mappings and reservations refused because something was short");
    private static readonly Counter<long> Invalidations = Meter.CreateCounter<long>(DmaMetrics.Invalidations, "{invalidation}", "IOTLB invalidations asked for");
    private static readonly Counter<long> Faults = Meter.CreateCounter<long>(DmaMetrics.Faults, "{fault}", "Accesses of devices that were refused");

    private static readonly UpDownCounter<long> InQuarantine = Meter.CreateUpDownCounter<long>(DmaMetrics.Quarantined, "{mapping}", "Mappings and reservations in a quarantine");

    /// <summary>The gauges of bounce pools.</summary>
    internal static PoolGauges Pools { get; } = new(Meter);

    /// <summary>A mapping was made: for the mapper that gives the device its addresses, and nobody around it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Mapped(string device, long bytes)
    {
        if (Maps.Enabled | MappedSize.Enabled) RecordMapped(device, bytes);
    }

    /// <summary>A mapping ended that <see cref="Mapped"/> was told of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Unmapped(string device, long bytes)
    {
        if (Unmaps.Enabled | UnmappedSize.Enabled) RecordUnmapped(device, bytes);
    }

    /// <summary>A link was made in a reservation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Linked(string device, long bytes)
    {
        if (Links.Enabled | LinkedSize.Enabled) RecordLinked(device, bytes);
    }

    /// <summary>So many links were taken out; none is nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Unlinked(string device, int links)
    {
        if (Unlinks.Enabled && links != 0) Record(Unlinks, device, links);
    }

    /// <summary>Bytes of a mapping go through a copy; 0 is nothing. For each mapper that copies, of its own copies alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Bounced(string device, long bytes)
    {
        if (BouncedSize.Enabled && bytes != 0) Record(BouncedSize, device, bytes);
    }

    /// <summary>A call was refused: a shortage counts, anything else does not. For the mapper that was short, and nobody who passes its answer on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Shortage(string device, MapStatus status)
    {
        if (Shortages.Enabled) RecordShortage(device, status);
    }

    /// <summary>A reservation came out: refused, it counts as a mapping that was short of the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Reserved(string device, ReserveStatus status)
    {
        if (Shortages.Enabled) RecordReserved(device, status);
    }

    /// <summary>A domain asks its hardware to forget.</summary>
    /// <param name="domain">The domain's number as text.</param>
    /// <param name="isWhole">Whether all of its translations.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Invalidated(string domain, bool isWhole)
    {
        if (Invalidations.Enabled) RecordInvalidated(domain, isWhole);
    }

    /// <summary>The bus refused an access.</summary>
    /// <param name="device">The device's name.</param>
    /// <param name="reason">The reason's name.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Faulted(string device, string reason)
    {
        if (Faults.Enabled) RecordFaulted(device, reason);
    }

    /// <summary>So many mappings and reservations went to quarantine, or, negative, left it; none is nothing.</summary>
    internal static void Quarantined(string device, int more)
    {
        if (!InQuarantine.Enabled || more == 0) return;
#pragma warning disable CA1031 // A listener is nobody whom mapping is to fail for.
        try
        {
            InQuarantine.Add(more, Tag(DmaMetrics.DeviceTag, device));
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RecordMapped(string device, long bytes)
    {
        Record(Maps, device, 1);
        Record(MappedSize, device, bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RecordUnmapped(string device, long bytes)
    {
        Record(Unmaps, device, 1);
        Record(UnmappedSize, device, bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RecordLinked(string device, long bytes)
    {
        Record(Links, device, 1);
        Record(LinkedSize, device, bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RecordShortage(string device, MapStatus status)
    {
        string? what = status switch
        {
            MapStatus.NoIovaSpace => nameof(MapStatus.NoIovaSpace),
            MapStatus.NoBounceSpace => nameof(MapStatus.NoBounceSpace),
            MapStatus.NoTableMemory => nameof(MapStatus.NoTableMemory),
            _ => null,
        };
        if (what is not null) Add(Shortages, 1, Tag(DmaMetrics.DeviceTag, device), Tag(DmaMetrics.StatusTag, what));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RecordReserved(string device, ReserveStatus status) => RecordShortage(device, status switch
    {
        ReserveStatus.NoIovaSpace => MapStatus.NoIovaSpace,
        ReserveStatus.NoTableMemory => MapStatus.NoTableMemory,
        ReserveStatus.NoBounceSpace => MapStatus.NoBounceSpace,
        _ => MapStatus.Mapped,
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RecordInvalidated(string domain, bool isWhole)
        => Add(Invalidations, 1, Tag(DmaMetrics.DomainTag, domain), Tag(DmaMetrics.ScopeTag, isWhole ? OfDomain : OfRange));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RecordFaulted(string device, string reason)
        => Add(Faults, 1, Tag(DmaMetrics.DeviceTag, device), Tag(DmaMetrics.ReasonTag, reason));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Record(Counter<long> counter, string device, long more)
    {
#pragma warning disable CA1031 // A listener is nobody whom mapping is to fail for.
        try
        {
            counter.Add(more, Tag(DmaMetrics.DeviceTag, device));
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }

    private static void Add(Counter<long> counter, long more, KeyValuePair<string, object?> one, KeyValuePair<string, object?> other)
    {
#pragma warning disable CA1031 // A listener is nobody whom mapping is to fail for.
        try
        {
            counter.Add(more, one, other);
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
