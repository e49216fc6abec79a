using System.Collections.Generic;
using PfnBuffers;

namespace Demo;

/// <summary>What came out of one run.</summary>
/// <param name="Backing">What was asked for.</param>
/// <param name="Fault">What was broken on purpose.</param>
/// <param name="Frames">The buffer's frames.</param>
/// <param name="PageSize">Their size.</param>
/// <param name="Demand">What was asked of the frames for everyone attached.</param>
/// <param name="Merged">What all three devices could take together.</param>
/// <param name="Scanned">What the display's bus port read.</param>
/// <param name="Shown">The same, with the processor's transform undone.</param>
/// <param name="CapturedIntact">Whether the CPU found the camera's bytes in the buffer as the camera had seen them.</param>
/// <param name="DifferentPixels">Pixels of <see cref="Shown"/> that are not those of the input.</param>
/// <param name="Devices">Camera, processor and display.</param>
public sealed record ShareOutcome(
    Backing Backing,
    Fault Fault,
    IReadOnlyList<Pfn> Frames,
    PageSize PageSize,
    PlacementDemand Demand,
    DmaConstraints Merged,
    Picture Scanned,
    Picture Shown,
    bool CapturedIntact,
    int DifferentPixels,
    IReadOnlyList<DeviceResult> Devices)
{
    /// <summary>Whether what the display read, inverted, is the input.</summary>
    public bool PixelsIdentical => DifferentPixels == 0;
}
