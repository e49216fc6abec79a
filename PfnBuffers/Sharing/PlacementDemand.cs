using System;

namespace PfnBuffers;

/// <summary>
/// What an attachment asks of the physical frames so that its mapper need not bounce. It is not the device's constraints:
/// those speak of what the device is told, and an IOMMU can satisfy them whatever the frames are. Demands form a
/// meet-semilattice like constraints do, and the backing is chosen from the meet of all of them.
/// The default value asks for nothing.
/// </summary>
public readonly struct PlacementDemand : IEquatable<PlacementDemand>
{
    /// <summary>What no frames satisfy.</summary>
    public static PlacementDemand Bottom { get; } = new() { IsBottom = true };

    /// <summary>Whether this is <see cref="Bottom"/>.</summary>
    public bool IsBottom { get; private init; }

    /// <summary>Where frames must lie.</summary>
    public Placement Placement { get; init; }

    /// <summary>Whether all frames must be one run.</summary>
    public bool Contiguous { get; init; }

    /// <summary>Whether a page must stand behind every frame.</summary>
    public bool NeedsPages { get; init; }

    /// <summary>What one importer asks of the frames of a buffer.</summary>
    /// <param name="importer">The importer.</param>
    /// <param name="length">Bytes of the buffer.</param>
    /// <exception cref="ArgumentNullException">No importer.</exception>
    public static PlacementDemand Of(Importer importer, long length)
    {
        MapperProfile profile = Throw.IfNull(importer, nameof(importer)).Profile;
        if (profile.Addressing == Addressing.Translated || importer.BouncesEverything)
        {
            // A mapper that copies everything anyway asks nothing of the frames that it copies from, but that they can be copied.
            Placement reach = importer.BouncesEverything ? default : new Placement { Last = profile.LastPhysical };
            return new PlacementDemand { Placement = reach, NeedsPages = importer.NeedsPages || importer.BouncesEverything };
        }

        DmaConstraints constraints = profile.Device.Constraints;
        if (!TryShift(constraints.Window, profile, out Placement window)) return Bottom;
        bool oneByOne = TakesFramesOneByOne(importer.MappingConstraints, length);
        bool insideBoundary = constraints.SegmentBoundaryMask != 0 && (ulong)Math.Max(length, 1) - 1 <= constraints.SegmentBoundaryMask;
        return new PlacementDemand
        {
            Placement = window with
            {
                Alignment = constraints.Alignment,
                BoundaryMask = !oneByOne && insideBoundary ? constraints.SegmentBoundaryMask : 0,
            },
            Contiguous = !oneByOne,
            NeedsPages = importer.NeedsPages,
        };
    }

    /// <summary>What satisfies both demands: commutative, associative, idempotent and monotone.</summary>
    /// <param name="a">One demand.</param>
    /// <param name="b">The other.</param>
    public static PlacementDemand Meet(in PlacementDemand a, in PlacementDemand b)
    {
        if (a.IsBottom || b.IsBottom) return Bottom;
        ulong first = Math.Max(a.Placement.First.Value, b.Placement.First.Value);
        ulong last = Math.Min(a.Placement.Last.Value, b.Placement.Last.Value);
        if (first > last) return Bottom;
        ulong boundaryA = a.Placement.BoundaryMask, boundaryB = b.Placement.BoundaryMask;
        return new PlacementDemand
        {
            Placement = new Placement
            {
                First = new PhysicalAddress(first),
                Last = new PhysicalAddress(last),
                Alignment = Math.Max(a.Placement.Alignment, b.Placement.Alignment),
                BoundaryMask = boundaryA == 0 ? boundaryB : boundaryB == 0 ? boundaryA : Math.Min(boundaryA, boundaryB),
            },
            Contiguous = a.Contiguous || b.Contiguous,
            NeedsPages = a.NeedsPages || b.NeedsPages,
        };
    }

    /// <summary>Same demand.</summary>
    public static bool operator ==(PlacementDemand left, PlacementDemand right) => left.Equals(right);

    /// <summary>Another demand.</summary>
    public static bool operator !=(PlacementDemand left, PlacementDemand right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PlacementDemand other)
        => IsBottom == other.IsBottom && Placement == other.Placement && Contiguous == other.Contiguous && NeedsPages == other.NeedsPages;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PlacementDemand other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Placement.GetHashCode() ^ (Contiguous ? 1 : 0) ^ (NeedsPages ? 2 : 0) ^ (IsBottom ? 4 : 0);

    /// <summary>The demand in words, as <c>contiguous frames in 0x0-0xffffffff</c>.</summary>
    public override string ToString()
    {
        if (IsBottom) return "frames that cannot exist";
        string what = (Contiguous ? "contiguous " : string.Empty) + (NeedsPages ? "page-backed " : string.Empty) + "frames";
        return Placement == default ? (what == "frames" ? "any frames" : what) : $"{what} in {Placement}";
    }

    /// <summary>Whether a device takes a buffer's 4 KiB frames wherever each of them lies: no two of them next to each other.</summary>
    private static bool TakesFramesOneByOne(in DmaConstraints constraints, long length)
    {
        PageSize size = PageSize.Size4K;
        if (constraints.Alignment > (ulong)size.Bytes) return false;
        if (!Cuts(constraints, size.Bytes, out int each) || !Cuts(constraints, length & (size.Bytes - 1), out int tail)) return false;
        return constraints.MaxSegmentCount == 0 || (length >> size.Shift) <= (constraints.MaxSegmentCount - tail) / Math.Max(each, 1);
    }

    /// <summary>How many segments the first bytes of a frame are.</summary>
    private static bool Cuts(in DmaConstraints constraints, long length, out int segments)
    {
        var segmenter = new Segmenter(constraints with { Window = default, MaxSegmentCount = 0 }, default, countOnly: true);
        segmenter.Add(default, length);
        bool fits = segmenter.Finish() == SegmentingStatus.Fits;
        segments = segmenter.Count;
        return fits;
    }

    /// <summary>The physical addresses whose bus addresses lie in a window.</summary>
    private static bool TryShift(in DmaWindow window, MapperProfile profile, out Placement placement)
    {
        ulong offset = (ulong)profile.BusOffset;
        ulong first = window.First.Value, last = window.Last.Value;
        if (profile.BusOffset >= 0)
        {
            placement = default;
            if (last < offset) return false;
            first = Math.Max(first, offset) - offset;
            last -= offset;
        }
        else
        {
            ulong up = 0 - offset;
            placement = default;
            if (first > ulong.MaxValue - up) return false;
            first += up;
            last = last > ulong.MaxValue - up ? ulong.MaxValue : last + up;
        }

        last = Math.Min(last, profile.LastPhysical.Value);
        placement = new Placement { First = new PhysicalAddress(first), Last = new PhysicalAddress(Math.Max(first, last)) };
        return first <= last;
    }
}
