using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using Drivers;
using PfnBuffers;

namespace Demo;

/// <summary>How one device fared with the buffer.</summary>
/// <param name="Device">The device.</param>
/// <param name="Task">What it did, in a few words.</param>
/// <param name="Verdict">How it stood.</param>
/// <param name="Addressing">How its addresses come to be.</param>
/// <param name="Transfers">Its mappings.</param>
public sealed record DeviceResult(DmaDevice Device, string Task, Verdict Verdict, Addressing Addressing, IReadOnlyList<Transfer> Transfers)
{
    /// <summary>Segments of all mappings.</summary>
    public int SegmentCount => Transfers.Sum(transfer => transfer.Segments.Count);

    /// <summary>Runs of consecutive frames behind them, counted for each mapping.</summary>
    public int PhysicalRuns => Transfers.Sum(transfer => transfer.PhysicalRuns);

    /// <summary>Bytes that went through copies.</summary>
    public long BouncedBytes => Transfers.Sum(transfer => transfer.BouncedBytes);

    /// <summary>Bytes mapped.</summary>
    public long Bytes => Transfers.Sum(transfer => transfer.Length);

    /// <summary>The least segment, in bytes.</summary>
    public long LeastSegment => Transfers.Min(transfer => transfer.Segments.Min(segment => segment.Length));

    /// <summary>The greatest segment, in bytes.</summary>
    public long GreatestSegment => Transfers.Max(transfer => transfer.Segments.Max(segment => segment.Length));

    /// <summary>What became of a driver's mappings.</summary>
    internal static DeviceResult Of(BufferClient client, string task)
        => new(client.Attachment.Importer.Profile.Device, task, client.Attachment.Decision.Verdict, client.Attachment.Importer.Profile.Addressing, client.Transfers);
}
