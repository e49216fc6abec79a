namespace PfnBuffers;

/// <summary>
/// A maximal sequence of consecutive frames inside one view, with the bytes of it that the view covers.
/// Only the first and the last run of a view can cover less than their frames: the view may start and end inside a frame.
/// </summary>
public readonly struct FrameRun
{
    internal FrameRun(int firstFrame, int frameCount, Pfn start, PhysicalAddress address, long length)
    {
        FirstFrame = firstFrame;
        FrameCount = frameCount;
        Start = start;
        Address = address;
        Length = length;
    }

    /// <summary>Index of the run's first frame in the view.</summary>
    public int FirstFrame { get; }

    /// <summary>Number of frames in the run, at least 1.</summary>
    public int FrameCount { get; }

    /// <summary>The run's first frame.</summary>
    public Pfn Start { get; }

    /// <summary>Physical address of the first byte that the view covers.</summary>
    public PhysicalAddress Address { get; }

    /// <summary>Bytes of the run that the view covers, at least 1.</summary>
    public long Length { get; }

    /// <summary>The run as <c>pfn 0x40 x 3</c>.</summary>
    public override string ToString() => $"{Start} x {FrameCount}";
}
