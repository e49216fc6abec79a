using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// A device whose window begins in the middle of one frame and ends in the middle of another: a part of such a frame stays where it is, the whole of it is
/// copied, and where a view has both the device may write neither, unless they share no byte.
/// </summary>
public class PartlyReachedFrameTests
{
    private const long Frame = 4096;
    private const ulong First = 0x2004;
    private const ulong Last = 0x6004;
    private const ulong Far = 0x7000;

    private readonly BouncePool _pool;
    private readonly BounceMapper _mapper;

    public PartlyReachedFrameTests()
    {
        _pool = new BouncePool(RigMemory.Create(), new FrameAllocator(new PhysicalAddress(RigMemory.Pool), 16 * Frame), 16 * Frame);
        var window = new DmaWindow(new DmaAddress((First << 12) + 0x800), new DmaAddress((Last << 12) + 0x7ff));
        _mapper = new BounceMapper(new DirectMapper(new DmaDevice("odd", new RequesterId(1), new DmaConstraints { Window = window })), _pool);
    }

    [Fact]
    public void A_head_that_stays_is_found_in_the_middle_of_a_copy()
        => Diverges(2, 2 * Frame, 0x800, (3 * Frame) - 0x800, First, First - 1, First);

    [Fact]
    public void A_head_that_stays_beside_a_copy_of_the_rest_of_its_frame_is_written()
        => Serves(Frame + 0x800, 0x800, 2 * Frame, First, Far, First);

    [Fact]
    public void A_tail_that_stays_is_found_in_a_copy_that_begins_inside_it()
        => Diverges(2, (2 * Frame) - 0x300, 0x300, (2 * Frame) + 0x200, Last, Far, Last);

    [Fact]
    public void A_tail_that_stays_beside_a_copy_of_the_rest_of_its_frame_is_written()
        => Serves((2 * Frame) - 0x700, 0x700, 2 * Frame, Last, Far, Last);

    [Fact]
    public void A_tail_that_stays_has_nothing_to_do_with_copies_of_other_frames()
        => Serves(Frame, 0, Frame + 100, Far, Last);

    private void Serves(long bounced, long offset, long length, params ulong[] frames)
    {
        Assert.Equal((MapStatus.Mapped, -1, bounced), Try(DmaDirection.Bidirectional, offset, length, frames));
        Assert.Equal((MapStatus.Mapped, -1, bounced), Try(DmaDirection.ToDevice, offset, length, frames));
    }

    private void Diverges(int failedFrame, long bounced, long offset, long length, params ulong[] frames)
    {
        Assert.Equal((MapStatus.WouldDiverge, failedFrame, 0L), Try(DmaDirection.FromDevice, offset, length, frames));
        Assert.Equal((MapStatus.Mapped, -1, bounced), Try(DmaDirection.ToDevice, offset, length, frames));
    }

    private (MapStatus Status, int FailedFrame, long Bounced) Try(DmaDirection direction, long offset, long length, ulong[] frames)
    {
        var view = new PfnView([.. frames.Select(one => new Pfn(one))], PageSize.Size4K, offset, length);
        MapPlan plan = _mapper.Plan(view, direction);
        MapResult result = _mapper.Map(view, direction, new DmaSegment[8]);
        if (result.IsMapped) _mapper.Unmap(result.Token);
        Assert.Equal((result.Status, result.FailedFrame, result.BouncedBytes, _pool.Capacity), (plan.Status, plan.FailedFrame, plan.BouncedBytes, _pool.FreeBytes));
        return (result.Status, result.FailedFrame, result.BouncedBytes);
    }
}
