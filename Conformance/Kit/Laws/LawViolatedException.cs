using System;

namespace Conformance;

/// <summary>A case broke a law.</summary>
public sealed class LawViolatedException : Exception
{
    /// <summary>Without a reason.</summary>
    public LawViolatedException()
    {
    }

    /// <summary>With how the law was broken.</summary>
    public LawViolatedException(string message)
        : base(message)
    {
    }

    /// <summary>With how the law was broken and what threw.</summary>
    public LawViolatedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
