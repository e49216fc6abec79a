using System;

namespace DmaMapping;

/// <summary>What a bounce mapper bounces.</summary>
[Flags]
public enum BounceMode
{
    /// <summary>Frames that the device cannot reach, and what must be brought together for its segment rules to hold.</summary>
    WhatMust = 0,

    /// <summary>Also partly covered head and tail frames, so that the device reaches exactly the view's bytes and zeros.</summary>
    PartialFrames = 1,

    /// <summary>Everything, needed or not: for testing drivers, and for memory that no device may see directly.</summary>
    Everything = 2,
}
