using System;

namespace Demo;

/// <summary>Something that the user gave cannot be used: one line that says what, and how to mend it.</summary>
public sealed class InputException : Exception
{
    /// <summary>Reports what is wrong and how to mend it.</summary>
    /// <param name="problem">What is wrong, without a full stop.</param>
    /// <param name="remedy">How to mend it, without a full stop.</param>
    public InputException(string problem, string remedy)
        : base($"{OneLine(problem)}; {OneLine(remedy)}.")
    {
    }

    /// <summary>Reports nothing in particular.</summary>
    public InputException()
    {
    }

    /// <summary>Reports a line as it is.</summary>
    /// <param name="message">The line.</param>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>Reports a line as it is, with what led to it.</summary>
    /// <param name="message">The line.</param>
    /// <param name="innerException">What led to it.</param>
    public InputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Text with control characters (a file may be called anything) and line ends made harmless.</summary>
    private static string OneLine(string text)
        => string.Create(text.Length, text, static (span, from) =>
        {
            for (int i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
        });
}
