namespace DmaMapping;

/// <summary>How much of a view is copied: each bears in mind more of what a device wants than the one before, and copies more.</summary>
internal enum Copying
{
    /// <summary>What is out of reach, and what must be confined.</summary>
    WhatMust = 0,

    /// <summary>The fewest bytes beside these for which the device's segment rules hold.</summary>
    Fewest,

    /// <summary>All of it.</summary>
    Everything,
}
