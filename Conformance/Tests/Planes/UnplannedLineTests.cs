using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Lines that their mapper maps otherwise than it planned, as where others took what there was in between.</summary>
public class UnplannedLineTests
{
    // Lines of one segment by plan: three of them, that lie apart.
    private static readonly Plane Lines = new(4096, 3840, 8192, 3);
    private static readonly PfnBuffer Home = new(Given.Frames(0x10000, 6, 2), PageSize.Size4K);

    [Fact]
    public void More_segments_than_planned_are_given_where_there_is_room()
    {
        var inner = new Surprising(default) { Before = 1, Copies = 20 };
        var planes = new PlaneMapper(inner);
        var segments = new DmaSegment[22];
        MapResult result = planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, segments);
        Assert.Equal((MapStatus.Mapped, 22, Lines.Length, Lines.Width), (result.Status, result.SegmentCount, result.Length, result.BouncedBytes));
        Assert.Equal([3840, .. Enumerable.Repeat(192L, 20), 3840], segments.Select(segment => segment.Length));
        Assert.Equal(Surprising.Slot + (19 * 8192), segments[20].Address);
        planes.Unmap(result.Token);
        Assert.Equal(0, inner.Live);
    }

    [Fact]
    public void More_segments_than_planned_allocate_nothing()
    {
        var inner = new Surprising(default) { Copies = 20 };
        var planes = new PlaneMapper(inner);
        var segments = new DmaSegment[22];
        Assert.Equal(0, Allocations.Of(() =>
        {
            inner.Before = 1;
            MapResult result = planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, segments);
            if (result.SegmentCount != 22) throw new InvalidOperationException(result.ToString());
            planes.Unmap(result.Token);
        }));
    }

    [Fact]
    public void More_segments_than_planned_are_refused_where_there_is_no_room()
    {
        var inner = new Surprising(default) { Before = 1, Copies = 2 };
        var planes = new PlaneMapper(inner);
        MapResult refused = planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, new DmaSegment[3]);
        Assert.Equal((MapStatus.SpanTooShort, 4), (refused.Status, refused.SegmentsNeeded));
        Assert.Equal((0, 0), (inner.Live, planes.LiveMappings));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 16)]
    public void A_window_ends_before_a_line_that_there_is_no_room_for_after_all(int most, int room)
    {
        var inner = new Surprising(new DmaConstraints { MaxSegmentCount = most }) { Before = 1, Copies = 3 };
        var planes = new PlaneMapper(inner);
        MapResult window = planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, new DmaSegment[room], MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 1, 3840, 0), (window.Status, window.SegmentCount, window.Length, window.BouncedBytes));
        Assert.Equal(1, inner.Live);
        planes.Unmap(window.Token);
        Assert.Equal(0, inner.Live);
    }

    [Fact]
    public void A_window_is_refused_where_its_first_line_has_more_segments_than_there_is_room_for()
    {
        var inner = new Surprising(default) { Before = 0, Copies = 3 };
        var planes = new PlaneMapper(inner);
        MapResult refused = planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, new DmaSegment[2], MapOptions.Prefix);
        Assert.Equal((MapStatus.SpanTooShort, 3), (refused.Status, refused.SegmentsNeeded));
        Assert.Equal((0, 0), (inner.Live, planes.LiveMappings));
    }

    [Fact]
    public void A_window_ends_before_a_line_that_is_refused_unless_that_is_the_first()
    {
        var shortage = new MapResult { Status = MapStatus.NoTableMemory, FailedFrame = 0 };
        var inner = new Surprising(default) { Before = 1, Refusal = _ => shortage };
        var planes = new PlaneMapper(inner);
        MapResult window = planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, new DmaSegment[4], MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 3840, 1), (window.Status, window.Length, inner.Live));
        planes.Unmap(window.Token);

        inner.Before = 0;
        MapResult refused = planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, new DmaSegment[4], MapOptions.Prefix);
        Assert.Equal((MapStatus.NoTableMemory, 1), (refused.Status, refused.FailedFrame));
        Assert.Equal((0, 0), (inner.Live, planes.LiveMappings));
    }

    [Theory]
    [InlineData(MapStatus.TooManySegments, 1)]
    [InlineData(MapStatus.SpanTooShort, 0)]
    [InlineData(MapStatus.SpanTooShort, -1)]
    public void A_refusal_that_a_longer_span_would_not_help_is_handed_on(MapStatus status, int moreThanTheSpan)
    {
        var inner = new Surprising(default) { Before = 1, Refusal = span => new MapResult { Status = status, SegmentsNeeded = span + moreThanTheSpan, FailedFrame = -1 } };
        var planes = new PlaneMapper(inner);
        MapResult refused = planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, new DmaSegment[64]);
        Assert.Equal((status, -1), (refused.Status, refused.FailedFrame));
        Assert.Equal((0, 0), (inner.Live, planes.LiveMappings));
    }

    [Fact]
    public void More_segments_than_an_array_has_leave_nothing_mapped()
    {
        var inner = new Surprising(default) { Before = 1, Refusal = _ => new MapResult { Status = MapStatus.SpanTooShort, SegmentsNeeded = int.MaxValue, FailedFrame = -1 } };
        var planes = new PlaneMapper(inner);
        Assert.Throws<OutOfMemoryException>(() => { planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, new DmaSegment[4]); });
        Assert.Equal((0, 0), (inner.Live, planes.LiveMappings));

        // Nor are two at once given one array to put their segments into.
        var segments = new DmaSegment[4];
        PfnBuffer other = new(Given.Frames(0x20000, 6, 2), PageSize.Size4K);
        inner.Meanwhile = () => planes.Map(other.View, Lines, 0, DmaDirection.ToDevice, new DmaSegment[4]);
        Assert.Equal(3, planes.Map(Home.View, Lines, 0, DmaDirection.ToDevice, segments).SegmentCount);
        Assert.Equal(new DmaAddress(Home.View.AddressAt(4096).Value), segments[0].Address);
    }

    /// <summary>Maps in place, as it plans, but for one line: which it refuses, or says to have copied to places that lie apart.</summary>
    private sealed class Surprising(DmaConstraints rules) : MapperWrapper(new DirectMapper(new DmaDevice("surprising", new RequesterId(1), rules)))
    {
        internal static DmaAddress Slot { get; } = new(0x8000_0000);

        /// <summary>Lines that are mapped as planned before that one.</summary>
        internal int Before { get; set; }

        internal int Copies { get; init; } = 1;

        /// <summary>What it is refused with, given the span's length; mapped where there is none.</summary>
        internal Func<int, MapResult>? Refusal { get; init; }

        internal int Live { get; private set; }

        /// <summary>Done once, while a line is mapped.</summary>
        internal Action? Meanwhile { get; set; }

        public override MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            bool isOther = Before == 0;
            if (isOther && Refusal is not null)
            {
                Before--;
                return Refusal(segments.Length);
            }

            if (isOther && segments.Length < Copies) return new MapResult { Status = MapStatus.SpanTooShort, SegmentsNeeded = Copies, FailedFrame = -1 };
            MapResult result = base.Map(view, direction, segments, options);
            if (!result.IsMapped) return result;
            Before--;
            Live++;
            Action? meanwhile = Meanwhile;
            Meanwhile = null;
            meanwhile?.Invoke();
            if (!isOther) return result;
            for (int i = 0; i < Copies; i++) segments[i] = new DmaSegment(Slot + (i * 8192L), view.Length / Copies);
            return result with { SegmentCount = Copies, BouncedBytes = view.Length };
        }

        public override void Unmap(MappingToken token)
        {
            base.Unmap(token);
            Live--;
        }
    }
}
