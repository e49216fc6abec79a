using System;
using DmaMapping;

namespace Drivers;

/// <summary>A device stopped because the bus refused one of its accesses: a driver or a mapper gave it a wrong address.</summary>
public sealed class DeviceFaultException : InvalidOperationException
{
    /// <summary>Reports what the bus refused.</summary>
    /// <param name="device">The device's name.</param>
    /// <param name="fault">The refused access.</param>
    public DeviceFaultException(string device, DmaFault fault)
        : base($"{device} stopped: {fault}")
    {
        Fault = fault;
    }

    /// <summary>Reports nothing in particular.</summary>
    public DeviceFaultException()
    {
    }

    /// <summary>Reports a stop in words.</summary>
    /// <param name="message">The words.</param>
    public DeviceFaultException(string message)
        : base(message)
    {
    }

    /// <summary>Reports a stop in words, with what led to it.</summary>
    /// <param name="message">The words.</param>
    /// <param name="innerException">What led to it.</param>
    public DeviceFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The refused access; no fault where it is not known.</summary>
    public DmaFault Fault { get; }
}
