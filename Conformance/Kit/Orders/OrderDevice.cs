using PfnBuffers;

namespace Conformance;

/// <summary>One device of a case.</summary>
/// <param name="Letter">Its name is this letter alone: <c>a</c> to <c>e</c>. Ties are broken by names.</param>
/// <param name="Class">What it is.</param>
/// <param name="Direction">Which way the bytes of its mappings go.</param>
public sealed record OrderDevice(char Letter, OrderClass Class, DmaDirection Direction)
{
    /// <summary>Most devices of a case.</summary>
    public const int Most = 5;

    /// <summary>Which of the places of a world it takes.</summary>
    public int Place => Letter - 'a';

    /// <summary>Its name.</summary>
    public string Name { get; } = Letter.ToString();
}
