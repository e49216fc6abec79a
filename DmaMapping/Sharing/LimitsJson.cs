using System.Globalization;
using System.Text.Json;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Demands, constraints and planes as JSON. What 64 bits are needed for is a string, and a limit that is not set is null.</summary>
internal static class LimitsJson
{
    internal static void Write(Utf8JsonWriter writer, string name, in PlacementDemand demand)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("isBottom", demand.IsBottom);
        writer.WriteString("first", Hex(demand.Placement.First.Value));
        writer.WriteString("last", Hex(demand.Placement.Last.Value));
        writer.WriteString("alignment", Limit(demand.Placement.Alignment, none: 1));
        writer.WriteString("boundaryMask", Limit(demand.Placement.BoundaryMask, none: 0));
        writer.WriteBoolean("contiguous", demand.Contiguous);
        writer.WriteBoolean("needsPages", demand.NeedsPages);
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, string name, in DmaConstraints constraints)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("isBottom", constraints.IsBottom);
        writer.WriteString("first", Hex(constraints.Window.First.Value));
        writer.WriteString("last", Hex(constraints.Window.Last.Value));
        WriteLimit(writer, "maxSegmentCount", constraints.MaxSegmentCount, none: 0);
        WriteLimit(writer, "maxSegmentSize", constraints.MaxSegmentSize, none: 0);
        writer.WriteString("segmentBoundaryMask", Limit(constraints.SegmentBoundaryMask, none: 0));
        writer.WriteString("alignment", Limit(constraints.Alignment, none: 1));
        WriteLimit(writer, "granularity", constraints.Granularity, none: 1);
        writer.WriteString("offsetPreservingMask", Limit(constraints.OffsetPreservingMask, none: 0));
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, string name, in Plane plane)
    {
        if (plane.IsEmpty)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("offset", plane.Offset);
        writer.WriteNumber("width", plane.Width);
        writer.WriteNumber("stride", plane.Stride);
        writer.WriteNumber("height", plane.Height);
        writer.WriteEndObject();
    }

    internal static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    private static void WriteLimit(Utf8JsonWriter writer, string name, long limit, long none)
    {
        if (limit == none) writer.WriteNull(name);
        else writer.WriteNumber(name, limit);
    }

    private static string? Limit(ulong limit, ulong none) => limit == none ? null : Hex(limit);
}
