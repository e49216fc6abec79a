using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// A frame that stands twice in a view, where copies are chosen place by place: a device that writes does not get it both as a copy and where it is.
/// Each case is mapped on a thread of its own, which has sorted no homes before.
/// </summary>
public class TwinCopyTests
{
    private const long Whole = 4096;
    private const int TenFrames = 10;

    private readonly PoolRig _rig = new(64);

    /// <summary>Ten frames from the given one on stay, for they lie together; what stands beside them in the view is copied.</summary>
    public static TheoryData<int[], int, int> Twins => new()
    {
        // The last of ten, copied after a higher one and the one that follows it in memory.
        { [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 500, 110, 109], 0, 12 },
        { [1100, 1101, 1102, 1103, 1104, 1105, 1106, 1107, 1108, 1109, 1500, 1110, 1109], 0, 12 },

        // The first of ten, copied together with the one before it in memory.
        { [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 500, 99, 100], 0, 12 },
        { [1100, 1101, 1102, 1103, 1104, 1105, 1106, 1107, 1108, 1109, 50, 1099, 1100], 0, 12 },

        // The very last byte of the sixth of ten, copied alone.
        { [105, 500, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109], 4095, 7 },
        { [1105, 50, 1100, 1101, 1102, 1103, 1104, 1105, 1106, 1107, 1108, 1109], 4095, 7 },
    };

    /// <summary>The same, and no frame stands twice.</summary>
    public static TheoryData<int[]> Neighbours => new()
    {
        { [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 50, 99] },
        { [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 500, 110, 600] },
        { [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 500, 99, 110] },
        { [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 98, 97, 96] },
    };

    [Theory]
    [MemberData(nameof(Twins))]
    public async Task A_frame_both_copied_and_in_place_is_not_written(int[] frames, int offset, int failedFrame)
    {
        foreach (DmaDirection direction in new[] { DmaDirection.FromDevice, DmaDirection.Bidirectional })
        {
            MapResult refused = await Anew(frames, offset, direction);
            Assert.Equal((MapStatus.WouldDiverge, failedFrame), (refused.Status, refused.FailedFrame));
            Assert.Equal(64, _rig.FreeSlots);
        }

        MapResult reader = await Anew(frames, offset, DmaDirection.ToDevice);
        Assert.Equal((MapStatus.Mapped, 2, ((frames.Length - TenFrames) * Whole) - offset), (reader.Status, reader.SegmentCount, reader.BouncedBytes));
        Assert.Equal(64, _rig.FreeSlots);
    }

    [Theory]
    [MemberData(nameof(Neighbours))]
    public async Task Frames_beside_those_that_are_copied_are_written_in_place(int[] frames)
    {
        MapResult result = await Anew(frames, 0, DmaDirection.Bidirectional);
        Assert.Equal((MapStatus.Mapped, 2, (frames.Length - TenFrames) * Whole), (result.Status, result.SegmentCount, result.BouncedBytes));
        Assert.Equal(64, _rig.FreeSlots);
    }

    [Fact]
    public async Task Any_number_of_copies_is_looked_through()
    {
        int[] frames = [.. Enumerable.Range(0, 40).Select(static i => 3 * i)];
        MapResult result = await Anew(frames, 0, DmaDirection.Bidirectional);
        Assert.Equal((MapStatus.Mapped, 39 * Whole), (result.Status, result.BouncedBytes));
        frames = [.. Enumerable.Range(0, 40).Select(static i => 500 + i), .. Enumerable.Range(0, 29).Select(static i => 800 - (3 * i)), 520];
        MapResult refused = await Anew(frames, 0, DmaDirection.Bidirectional);
        Assert.Equal((MapStatus.WouldDiverge, frames.Length - 1), (refused.Status, refused.FailedFrame));
    }

    private Task<MapResult> Anew(int[] frames, int offset, DmaDirection direction)
    {
        BounceMapper mapper = _rig.Mapper(new DmaConstraints { MaxSegmentCount = 2 });
        Pfn[] pfns = [.. frames.Select(static frame => new Pfn((RigMemory.StartOf(HomeArea.Low) >> 12) + (ulong)frame))];
        var buffer = new PfnBuffer(pfns, PageSize.Size4K, offset, (pfns.Length * Whole) - offset);
        return Task.Factory.StartNew(() => PoolRig.Try(mapper, buffer, direction), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
