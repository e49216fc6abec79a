using System;

namespace Conformance.Mutants;

/// <summary>A fault to plant: one place in a library's source, and what stands there instead. It breaks one rule.</summary>
/// <param name="Name">What it does wrong, in words joined by hyphens.</param>
/// <param name="File">The file, from the root of the repository; its first folder is the library.</param>
/// <param name="Find">What the file holds exactly once.</param>
/// <param name="Replacement">What it is replaced by.</param>
/// <param name="Breaks">The rule that does not hold any more.</param>
public sealed record SourceMutant(string Name, string File, string Find, string Replacement, string Breaks)
{
    /// <summary>The library that is patched.</summary>
    public string Library => File[..File.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The source with the fault in it.</summary>
    /// <param name="source">The file as it is.</param>
    /// <exception cref="InvalidOperationException">What is to be replaced is not there, stands there twice, or would stay: the mutant is out of date.</exception>
    public string ApplyTo(string source)
    {
        int at = source.IndexOf(Find, StringComparison.Ordinal);
        if (at < 0) throw Outdated("is not there");
        if (source.IndexOf(Find, at + 1, StringComparison.Ordinal) >= 0) throw Outdated("is there more than once");
        if (Find == Replacement) throw Outdated("is replaced by itself");
        return source[..at] + Replacement + source[(at + Find.Length)..];
    }

    /// <summary>Looks whether the fault can still be planted, and is C# where it is.</summary>
    /// <exception cref="InvalidOperationException">The mutant is out of date.</exception>
    public void RequireCurrent() => LibraryCompiler.Of(Library).RequireCompiles(this);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private InvalidOperationException Outdated(string how) => new($"Mutant {Name} is out of date: in {File}, what it replaces {how}: {Find}");
}
