using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// All that there is to know of one shared buffer at one moment: for people as <see cref="ToString"/>, for programs as JSON
/// or by its properties. Immutable; it holds no frames and keeps nothing alive but declarations. Thread-safe.
/// Source: /sys/kernel/debug/dma_buf/bufinfo of Linux, with what the thread wants a dump to name (T1).
/// </summary>
public sealed class SharedBufferReport
{
    /// <summary>Looks at a buffer; under its lock.</summary>
    internal SharedBufferReport(BufferCore core, in DmaConstraints constraints)
    {
        Exporter = core.Exporter.Name;
        Kind = core.Exporter.Kind;
        Length = core.Exporter.Length;
        Policy = core.Policy;
        IsRevoked = core.IsRevoked;
        Backing = core.Backing.Frames is { } frames ? new BackingReport(frames) : null;
        Demand = core.Backing.DemandOf(core.Attachments);
        Constraints = constraints;
        Attachments = new List<AttachmentReport>(core.Attachments.Select(one => new AttachmentReport(one))).AsReadOnly();
        Uses = UsesOf(core).AsReadOnly();
        Move = core.Move is { } attempt ? new MoveUnderWay(attempt, core.Uses) : null;
    }

    /// <summary>Who backs the buffer.</summary>
    public string Exporter { get; }

    /// <summary>What kind of memory it is.</summary>
    public MemoryKind Kind { get; }

    /// <summary>Bytes of the buffer.</summary>
    public long Length { get; }

    /// <summary>What deciding might choose.</summary>
    public SharingPolicy Policy { get; }

    /// <summary>Whether the exporter was gone: what was held could only be given up.</summary>
    public bool IsRevoked { get; }

    /// <summary>The frames; null where none were chosen yet.</summary>
    public BackingReport? Backing { get; }

    /// <summary>What was asked of the frames when they were chosen; what would have been asked where they were not.</summary>
    public PlacementDemand Demand { get; }

    /// <summary>What all attached devices could take together.</summary>
    public DmaConstraints Constraints { get; }

    /// <summary>Those who were attached, in the order in which they came. Who was refused is not among them.</summary>
    public IReadOnlyList<AttachmentReport> Attachments { get; }

    /// <summary>Mappings, holds of pfns and CPU accesses that were live, by offset, then by owner.</summary>
    public IReadOnlyList<UseReport> Uses { get; }

    /// <summary>The move that was under way; null where none was.</summary>
    public MoveUnderWay? Move { get; }

    /// <summary>The report for people: several lines, the last one without an end, tables aligned.</summary>
    public override string ToString() => ReportText.Of(this);

    /// <summary>The report as one JSON object. Addresses, masks and pfns are strings such as <c>0x1000</c>, for not every reader keeps 64 bits; limits that are not set are null.</summary>
    /// <param name="writer">Receives the object; not flushed.</param>
    /// <exception cref="ArgumentNullException">No writer.</exception>
    public void WriteJson(Utf8JsonWriter writer) => ReportJson.Write(Throw.IfNull(writer, nameof(writer)), this);

    /// <summary>The report as JSON text, indented; see <see cref="WriteJson"/>.</summary>
    public string ToJson() => ReportJson.Text(WriteJson);

    private static List<UseReport> UsesOf(BufferCore core)
    {
        var uses = new List<UseReport>();
        for (int slot = 0; slot < core.Uses.End; slot++)
        {
            if (core.Uses.IsLive(slot)) uses.Add(new UseReport(core.Uses[slot], core.Turns.OpenOn(slot)));
        }

        return [.. uses.OrderBy(use => use.Offset).ThenBy(use => use.Owner, StringComparer.Ordinal)];
    }
}
