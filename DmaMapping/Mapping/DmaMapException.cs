using System;

namespace DmaMapping;

/// <summary>A mapping that a caller had no use for a status of was refused; thrown only by the throwing forms.</summary>
public sealed class DmaMapException : InvalidOperationException
{
    /// <summary>Reports a refusal.</summary>
    /// <param name="device">The device that the bytes were to be mapped for.</param>
    /// <param name="result">The refusal.</param>
    public DmaMapException(string device, MapResult result)
        : base($"{device}: {result}")
    {
        Result = result;
    }

    /// <summary>Reports a refusal that nothing is known of.</summary>
    public DmaMapException()
    {
    }

    /// <summary>Reports a refusal in words.</summary>
    /// <param name="message">The words.</param>
    public DmaMapException(string message)
        : base(message)
    {
    }

    /// <summary>Reports a refusal in words, with what led to it.</summary>
    /// <param name="message">The words.</param>
    /// <param name="innerException">What led to it.</param>
    public DmaMapException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The refusal.</summary>
    public MapResult Result { get; }
}
