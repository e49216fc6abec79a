using System.Globalization;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// Where some frames are copied only to bring them together, a frame may stand in a view both as a copy and where it is. A device that reads may see it so;
/// one that writes is refused at the later of the two.
/// </summary>
public class CopiedTwinTests
{
    private const long Frame = 4096;

    private readonly PoolRig _rig = new(16);

    /// <summary>For a device of two segments: the frames, the frame that is named, and how many are copied.</summary>
    public static TheoryData<string, int, int> Twins => new()
    {
        { "0 1 2 3 10 2", 5, 2 },
        { "0 1 2 3 2 10", 4, 2 },
        { "10 2 0 1 2 3", 4, 2 },
        { "10 0 0 1 2 3", 2, 2 },
        { "2 3 4 5 6 1 2 10", 6, 3 },
        { "0 1 2 3 1 0", 4, 2 },
        { "3 1 0 1 2 3", 3, 2 },
        { "3 4 1 0 1 2 3 4", 4, 3 },
    };

    [Theory]
    [MemberData(nameof(Twins))]
    public void The_later_of_a_copy_and_its_home_is_named(string frames, int named, int copied)
    {
        IsNamed(_rig.Mapper(new DmaConstraints { MaxSegmentCount = 2 }), frames, named, copied);

        // For who confines partly covered frames whole ones are no other.
        IsNamed(_rig.Mapper(new DmaConstraints { MaxSegmentCount = 2 }, mode: BounceMode.PartialFrames), frames, named, copied);
    }

    /// <summary>The view begins in the middle of frame 2; the last frame, which is copied, lies right before or after it.</summary>
    [Theory]
    [InlineData("2 20 21 22 10 1")]
    [InlineData("2 20 21 22 10 3")]
    public void A_part_of_a_frame_has_no_twin_beside_itself(string frames)
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { MaxSegmentCount = 3 });
        MapResult result = mapper.Map(new PfnView(Low(frames), PageSize.Size4K, 2048, (6 * Frame) - 2048), DmaDirection.Bidirectional, new DmaSegment[8]);
        Assert.Equal((MapStatus.Mapped, 2 * Frame, 3), (result.Status, result.BouncedBytes, result.SegmentCount));
        mapper.Unmap(result.Token);
        Assert.Equal(16, _rig.FreeSlots);
    }

    /// <summary>Segments begin at even frames: the first frame is copied, and stands in place as the second of a run.</summary>
    [Fact]
    public void A_prefix_ends_before_the_later_of_the_two()
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { Alignment = 2 * (ulong)Frame });
        var view = new PfnView(Low("1 0 1"), PageSize.Size4K);
        MapResult whole = mapper.Map(view, DmaDirection.FromDevice, new DmaSegment[4]);
        Assert.Equal((MapStatus.WouldDiverge, 2), (whole.Status, whole.FailedFrame));
        MapResult read = mapper.Map(view, DmaDirection.ToDevice, new DmaSegment[4]);
        Assert.Equal((MapStatus.Mapped, 3 * Frame, Frame), (read.Status, read.Length, read.BouncedBytes));
        mapper.Unmap(read.Token);

        MapPlan plan = mapper.Plan(view, DmaDirection.FromDevice, MapOptions.Prefix);
        MapResult prefix = mapper.Map(view, DmaDirection.FromDevice, new DmaSegment[4], MapOptions.Prefix);
        Assert.Equal((MapStatus.Mapped, 2 * Frame, Frame), (prefix.Status, prefix.Length, prefix.BouncedBytes));
        Assert.Equal((MapStatus.Mapped, 2 * Frame, Frame), (plan.Status, plan.Length, plan.BouncedBytes));
        mapper.Unmap(prefix.Token);
        Assert.Equal(16, _rig.FreeSlots);
    }

    [Fact]
    public void Each_of_several_stretches_is_copied_from_its_first_frame_to_its_last()
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { MaxSegmentCount = 3 });
        MappedView home = Given.View(Given.Low(20, 1), Given.Low(22, 1), Given.Low(0, 4), Given.Low(24, 1), Given.Low(26, 1));
        HomeBytes.Scribble(_rig.Memory, home, 1);
        byte[] before = HomeBytes.Read(_rig.Memory, home), after = HomeBytes.Noise(home.Length, 2);
        var segments = new DmaSegment[8];
        MapResult result = mapper.Map(home.View, DmaDirection.Bidirectional, segments);
        Assert.Equal((MapStatus.Mapped, 4 * Frame, 3), (result.Status, result.BouncedBytes, result.SegmentCount));
        BusPort port = BusPort.Direct(mapper.Profile.Device, _rig.Memory);
        Assert.Equal(before, DeviceBytes.Read(port, segments, 0, home.Length));
        DeviceBytes.Write(port, segments, 0, after);
        mapper.Unmap(result.Token);
        Assert.Equal(after, HomeBytes.Read(_rig.Memory, home));
        Assert.Equal(16, _rig.FreeSlots);
    }

    private void IsNamed(BounceMapper mapper, string frames, int named, int copied)
    {
        var view = new PfnView(Low(frames), PageSize.Size4K);
        foreach (DmaDirection direction in new[] { DmaDirection.FromDevice, DmaDirection.Bidirectional })
        {
            MapPlan plan = mapper.Plan(view, direction);
            MapResult refused = mapper.Map(view, direction, new DmaSegment[8]);
            Assert.Equal((MapStatus.WouldDiverge, named, MapStatus.WouldDiverge, named), (refused.Status, refused.FailedFrame, plan.Status, plan.FailedFrame));
        }

        MapResult read = mapper.Map(view, DmaDirection.ToDevice, new DmaSegment[8]);
        Assert.Equal((MapStatus.Mapped, copied * Frame, 2), (read.Status, read.BouncedBytes, read.SegmentCount));
        mapper.Unmap(read.Token);
        Assert.Equal(16, _rig.FreeSlots);
    }

    private static Pfn[] Low(string frames)
        => [.. frames.Split(' ').Select(one => new Pfn((RigMemory.StartOf(HomeArea.Low) >> 12) + ulong.Parse(one, CultureInfo.InvariantCulture)))];
}
