using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a device that takes raw pfns must not touch: frames that were given back, until they are handed out again.</summary>
public class GivenBackFramesTests
{
    private readonly CheckedRig _rig = new();
    private readonly ChosenFrames _frames;
    private readonly CheckedExporter _exporter;
    private readonly BusPort _port;

    public GivenBackFramesTests()
    {
        _frames = new ChosenFrames(EmulatedMachine.WithRam(64 << 20));
        _exporter = new CheckedExporter(_rig.Checker, _frames);
        _port = BusPort.Direct(_rig.Device, _frames.Memory);
        _rig.Checker.WatchRaw(_port);
    }

    [Theory]
    [InlineData(-100, 50, false)]
    [InlineData(-8, 8, false)]
    [InlineData(-8, 9, true)]
    [InlineData(-8, 9000, true)]
    [InlineData(0, 0, false)]
    [InlineData(100, 0, false)]
    [InlineData(0, 1, true)]
    [InlineData(0, 4096, true)]
    [InlineData(1, 1, true)]
    [InlineData(2000, 10, true)]
    [InlineData(4095, 1, true)]
    [InlineData(4095, 100, true)]
    [InlineData(4096, 1, false)]
    [InlineData(5000, 100, false)]
    public void No_byte_of_them_is_touched(int offset, int length, bool told)
    {
        GiveBack(4);
        MisuseKind expected = told ? MisuseKind.DeviceAfterFree : MisuseKind.None;
        Assert.Equal(expected, _rig.Tells(() => _port.TryRead(CheckedRig.BusAt(4, offset), new byte[length], out _)));
        Assert.Equal(expected, _rig.Tells(() => _port.TryWrite(CheckedRig.BusAt(4, offset), new byte[length], out _)));
    }

    [Fact]
    public void Frames_that_lie_apart_are_told_apart()
    {
        GiveBack(9, 2, 5);
        Assert.Equal([2, 5, 9], Enumerable.Range(0, 12).Where(IsFreed));
        GiveOut(5);
        Assert.Equal([2, 9], Enumerable.Range(0, 12).Where(IsFreed));
    }

    [Fact]
    public void What_was_given_back_beside_frames_that_are_handed_out_stays_given_back()
    {
        GiveBack(4, 5, 6, 7, 8);
        GiveOut(6);
        Assert.Equal([4, 5, 7, 8], Enumerable.Range(0, 12).Where(IsFreed));
        GiveOut(3, 4);
        GiveOut(8, 9);
        Assert.Equal([5, 7], Enumerable.Range(0, 12).Where(IsFreed));

        // To the byte: what ends before, lies across, begins behind.
        GiveBack(3, 4, 6, 8, 9);
        GiveOut(4, 8);
        Assert.Equal([true, false, true, true, false, false, true, true], new[] { (3, 4095, 1), (4, 0, 4096), (4, 4095, 2), (5, 0, 1), (8, 0, 4096), (8, 4095, 1), (8, 4095, 2), (9, 0, 1) }.Select(Touches));
        GiveOut(3, 5, 6, 7, 9);
        Assert.Equal([false, false], new[] { (2, 4095, 2), (9, 4095, 2) }.Select(Touches));
        GiveBack(6);
        GiveOut(5, 6, 7);
        Assert.DoesNotContain(true, Enumerable.Range(0, 12).Select(IsFreed));
    }

    [Theory]
    [InlineData(new[] { 4 }, new[] { 4 }, 4, false)]
    [InlineData(new[] { 4, 5 }, new[] { 4 }, 4, false)]
    [InlineData(new[] { 4, 5 }, new[] { 5 }, 5, false)]
    [InlineData(new[] { 4, 5, 6 }, new[] { 5 }, 5, false)]
    [InlineData(new[] { 4, 5, 6, 7 }, new[] { 7 }, 7, false)]
    [InlineData(new[] { 4 }, new[] { 3, 4 }, 4, false)]
    [InlineData(new[] { 4 }, new[] { 3, 4, 5 }, 4, false)]
    [InlineData(new[] { 4, 5 }, new[] { 3, 4 }, 4, false)]
    [InlineData(new[] { 4 }, new[] { 8, 4 }, 4, false)]
    [InlineData(new[] { 4 }, new[] { 3 }, 4, true)]
    [InlineData(new[] { 4 }, new[] { 5 }, 4, true)]
    [InlineData(new[] { 4, 5 }, new[] { 6 }, 5, true)]
    [InlineData(new[] { 4, 5 }, new[] { 2, 3 }, 4, true)]
    [InlineData(new[] { 4 }, new[] { 3, 5 }, 4, true)]
    public void Frames_that_are_handed_out_again_may_be_touched_again(int[] back, int[] given, int touched, bool told)
    {
        GiveBack(back);
        Assert.True(IsFreed(touched));
        GiveOut(given);
        Assert.Equal(told, IsFreed(touched));
        GiveBack(touched);
        Assert.True(IsFreed(touched));
    }

    [Fact]
    public void Of_more_than_1024_ranges_the_oldest_are_forgotten()
    {
        GiveBack([.. Enumerable.Range(0, 1024).Select(static i => 2 * i)]);
        Assert.True(IsFreed(0));
        GiveBack(2048);
        Assert.Equal((false, true, true, true), (IsFreed(0), IsFreed(2), IsFreed(2046), IsFreed(2048)));
        GiveBack(2050, 2052);
        Assert.Equal((false, false, true, true), (IsFreed(2), IsFreed(4), IsFreed(6), IsFreed(2052)));

        // One becomes two, and the next one makes room for both.
        GiveBack(3001, 3002, 3003);
        GiveOut(3002);
        Assert.Equal((false, true, true, true), (IsFreed(6), IsFreed(8), IsFreed(3001), IsFreed(3003)));
        GiveBack(3100);
        Assert.Equal((false, false, true, true), (IsFreed(8), IsFreed(10), IsFreed(12), IsFreed(3100)));
    }

    private void GiveBack(params int[] frames) => _exporter.Release(new PfnBuffer(CheckedRig.Pfns(frames), PageSize.Size4K));

    private void GiveOut(params int[] frames)
    {
        _frames.Next = new PfnBuffer(CheckedRig.Pfns(frames), PageSize.Size4K);
        Assert.True(_exporter.TryBack(default, out PfnBuffer? backing));
        Assert.Same(_frames.Next, backing);
    }

    private bool Touches((int Frame, int Offset, int Length) at) => _rig.Tells(() => _port.TryRead(CheckedRig.BusAt(at.Frame, at.Offset), new byte[at.Length], out _)) == MisuseKind.DeviceAfterFree;

    private bool IsFreed(int frame) => _rig.Tells(() => _port.TryWrite(CheckedRig.BusAt(frame, 8), new byte[8], out _)) == MisuseKind.DeviceAfterFree;

    /// <summary>Hands out the frames that it is told to.</summary>
    private sealed class ChosenFrames(IPhysicalMemory memory) : IExporter
    {
        public string Name => "chosen";

        public long Length => Next?.Length ?? 4096;

        public MemoryKind Kind => MemoryKind.PageBacked;

        public IPhysicalMemory Memory => memory;

        internal PfnBuffer? Next { get; set; }

        public bool CanBack(in PlacementDemand demand) => true;

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing) => (backing = Next) is not null;

        public void Release(PfnBuffer backing)
        {
        }
    }
}
