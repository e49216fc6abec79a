using DmaMapping;

namespace Conformance.Tests;

/// <summary>All that the drivers are tested for holds under a checker, which is told to throw and does not.</summary>
public class CheckedSharedPictureTests : SharedPictureTests
{
    private protected override DriverRig NewRig(string backing, BounceMode mode = BounceMode.WhatMust) => new(backing, mode, checker: new MappingChecker());
}
