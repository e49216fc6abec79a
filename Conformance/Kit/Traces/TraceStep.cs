using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A step of a trace. Everything that it does follows from what stands here; what an action has no use for is left at 0.</summary>
public sealed record TraceStep(TraceAction Action)
{
    /// <summary>Places for buffers, for mappings, and for reservations.</summary>
    public const int MostBuffers = 8;

    /// <summary>Places for mappings.</summary>
    public const int MostMappings = 16;

    /// <summary>Places for reservations.</summary>
    public const int MostReservations = 4;

    /// <summary>Number of the device.</summary>
    public int Device { get; init; }

    /// <summary>The place of the buffer, mapping or reservation that it is about.</summary>
    public int Item { get; init; }

    /// <summary>The place of the buffer that bytes are of.</summary>
    public int Source { get; init; }

    /// <summary>Offset, in bytes; of links in the reservation.</summary>
    public long At { get; init; }

    /// <summary>Offset in the source.</summary>
    public long From { get; init; }

    /// <summary>Bytes.</summary>
    public long Length { get; init; }

    /// <summary>Which way they go.</summary>
    public DmaDirection Direction { get; init; }

    /// <summary>How they are mapped.</summary>
    public MapOptions Options { get; init; }

    /// <summary>Segments that there is room for; frames that are allocated.</summary>
    public int Room { get; init; }

    /// <summary>Which of several ways; and what written bytes are made of.</summary>
    public int Variant { get; init; }

    /// <summary>The size of a buffer's frames.</summary>
    public PageSize Page { get; init; }

    /// <summary>A buffer's frames.</summary>
    public IReadOnlyList<TraceRun> Runs { get; init; } = [];

    /// <summary>The same action and the same numbers.</summary>
    public bool Equals(TraceStep? other)
        => other is not null && (Action, Device, Item, Source, At, From, Length) == (other.Action, other.Device, other.Item, other.Source, other.At, other.From, other.Length)
        && (Direction, Options, Room, Variant, Page) == (other.Direction, other.Options, other.Room, other.Variant, other.Page)
        && Runs.SequenceEqual(other.Runs);

    /// <inheritdoc/>
    public override int GetHashCode() => ((int)Action * 397) ^ (Item * 31) ^ At.GetHashCode() ^ Length.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => TraceText.Line(this);
}
