using System;

namespace Conformance;

/// <summary>What a part throws that was told to.</summary>
public sealed class InjectedException : Exception
{
    /// <summary>Without a reason.</summary>
    public InjectedException()
    {
    }

    /// <summary>With what threw.</summary>
    public InjectedException(string message)
        : base(message)
    {
    }

    /// <summary>With what threw, and why.</summary>
    public InjectedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
