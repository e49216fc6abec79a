using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A device that programs raw pfns may touch frames from when they are taken until they go back, whichever way.</summary>
public class CheckedFrameTests
{
    private const int Count = 16;

    private readonly MisuseScene _scene = new();
    private readonly FrameAllocator _frames = new(new PhysicalAddress(MisuseScene.Home), Count * 4096);
    private readonly BusPort _raw;

    public CheckedFrameTests()
    {
        _raw = BusPort.Direct(_scene.CardDevice, _scene.Memory);
        _scene.Checker.WatchRaw(_raw);
    }

    [Fact]
    public void Frames_that_are_taken_one_by_one_are_a_raw_devices_until_they_go_back()
    {
        var frames = new CheckedFrames(_scene.Checker, _frames);
        var taken = new Pfn[Count];
        for (int i = 0; i < 2; i++)
        {
            Assert.True(frames.TryAllocate(taken, PageSize.Size4K, default));
            Assert.Equal(0, Lost());
            frames.Free(taken, PageSize.Size4K);
            Assert.Equal(Count, Lost());
        }
    }

    [Fact]
    public void A_backing_is_a_raw_devices_until_it_goes_back()
    {
        var exporter = new CheckedExporter(_scene.Checker, new SystemMemoryExporter("memory", _scene.Memory, _frames, Count * 4096));
        for (int i = 0; i < 2; i++)
        {
            Assert.True(exporter.TryBack(default, out PfnBuffer? backing));
            Assert.Equal(0, Lost());
            exporter.Release(backing!);
            Assert.Equal(Count, Lost());
        }
    }

    /// <summary>How many of the frames the device must not touch.</summary>
    private int Lost() => Enumerable.Range(0, Count).Count(i => _scene.Caught(() => Read(i))?.Kind == MisuseKind.DeviceAfterFree);

    private void Read(int frame) => Assert.True(_raw.TryRead(new DmaAddress(MisuseScene.Home + ((ulong)frame * 4096)), new byte[1], out _));
}
