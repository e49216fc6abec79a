using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Hardware that calls somebody whenever it is told to forget.</summary>
internal sealed class CallingHardware : IIotlbInvalidation
{
    internal Action? Told { get; set; }

    public void Invalidate(int domain, DmaAddress first, long length) => Told?.Invoke();

    public void Block(int domain)
    {
    }
}
