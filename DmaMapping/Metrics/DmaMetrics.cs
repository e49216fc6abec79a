namespace DmaMapping;

/// <summary>
/// The names by which the library is measured: its meter, the instruments of that, and their tags. They are listened to with
/// <c>System.Diagnostics.Metrics.MeterListener</c>, or what is built on it (OpenTelemetry's <c>AddMeter</c>). All counters are
/// of <see cref="long"/>; while nobody listens to an instrument nothing is recorded for it. Names follow OpenTelemetry's conventions.
/// </summary>
public static class DmaMetrics
{
    /// <summary>The meter of all instruments.</summary>
    public const string MeterName = "PfnDma";

    /// <summary>Counter, {map}, by device: mappings made by the mapper that gives the device its addresses.</summary>
    public const string Maps = "dma.maps";

    /// <summary>Counter, bytes, by device: bytes of these mappings, those included that are bounced.</summary>
    public const string MappedSize = "dma.mapped.size";

    /// <summary>Counter, {unmap}, by device: mappings ended, each where it was counted when it was made.</summary>
    public const string Unmaps = "dma.unmaps";

    /// <summary>Counter, bytes, by device: bytes of the mappings ended.</summary>
    public const string UnmappedSize = "dma.unmapped.size";

    /// <summary>Counter, {link}, by device: links made in reservations. They are no mappings.</summary>
    public const string Links = "dma.links";

    /// <summary>Counter, bytes, by device: bytes of these links.</summary>
    public const string LinkedSize = "dma.linked.size";

    /// <summary>Counter, {unlink}, by device: links taken out, those included that a release takes out.</summary>
    public const string Unlinks = "dma.unlinks";

    /// <summary>Counter, bytes, by device: bytes of mappings that go through a copy.</summary>
    public const string BouncedSize = "dma.bounced.size";

    /// <summary>Counter, {shortage}, by device and status: mappings and reservations refused because something was short.</summary>
    public const string Shortages = "dma.shortages";

    /// <summary>Counter, {invalidation}, by domain and scope: invalidations that a domain's hardware was asked for.</summary>
    public const string Invalidations = "dma.iotlb.invalidations";

    /// <summary>Counter, {fault}, by device and reason: accesses of devices that the bus refused.</summary>
    public const string Faults = "dma.faults";

    /// <summary>Up-down counter, {mapping}, by device: mappings and reservations in a quarantine.</summary>
    public const string Quarantined = "dma.quarantined";

    /// <summary>Observable up-down counter, bytes, by pool: bytes of a bounce pool.</summary>
    public const string BouncePoolSize = "dma.bounce_pool.size";

    /// <summary>Observable up-down counter, bytes, by pool: bytes of a bounce pool that are taken.</summary>
    public const string BouncePoolUsed = "dma.bounce_pool.used";

    /// <summary>Observable gauge, bytes, by pool: the most bytes of a bounce pool that were ever taken at once.</summary>
    public const string BouncePoolHighWater = "dma.bounce_pool.high_water";

    /// <summary>Tag: the name of the device, <see cref="PfnBuffers.DmaDevice.Name"/>.</summary>
    public const string DeviceTag = "dma.device";

    /// <summary>Tag: what was short, the name of a <see cref="MapStatus"/>.</summary>
    public const string StatusTag = "dma.status";

    /// <summary>Tag: why an access was refused, the name of a <see cref="FaultReason"/>.</summary>
    public const string ReasonTag = "dma.fault.reason";

    /// <summary>Tag: the number of the domain, <see cref="IommuDomain.Number"/>, in decimal digits.</summary>
    public const string DomainTag = "dma.domain";

    /// <summary>Tag: <c>range</c> where some IOVAs were to be forgotten, <c>domain</c> where all were: a lazy batch, or the end of the domain.</summary>
    public const string ScopeTag = "dma.iotlb.scope";

    /// <summary>Tag: the name of the bounce pool.</summary>
    public const string PoolTag = "dma.pool";
}
