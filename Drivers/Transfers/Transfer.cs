using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Drivers;

/// <summary>One mapping that a device was given, kept for people to look at after it has ended.</summary>
/// <param name="Offset">Where in the shared buffer it starts, in bytes.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Direction">Which way they went.</param>
/// <param name="Segments">What the device was told, in order.</param>
/// <param name="Parts">How the device came to the bytes, at offsets in the mapping; empty where the mapper had not told.</param>
/// <param name="PhysicalRuns">Runs of consecutive frames that the bytes lie in.</param>
/// <param name="BouncedBytes">Bytes that went through copies.</param>
public sealed record Transfer(
    long Offset,
    long Length,
    DmaDirection Direction,
    IReadOnlyList<DmaSegment> Segments,
    IReadOnlyList<MapPart> Parts,
    int PhysicalRuns,
    long BouncedBytes);
