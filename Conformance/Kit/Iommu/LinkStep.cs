using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>One step in a reservation: a link, or, where <c>Unlink</c> is not negative, an unlinking.</summary>
/// <param name="Home">What is linked.</param>
/// <param name="Direction">Which way it goes.</param>
/// <param name="At">The granule that it begins in; <see cref="Next"/> for the one after what was linked last.</param>
/// <param name="Unlink">Which of the live links is unlinked instead.</param>
/// <param name="Several">With so many that follow it, where they do, itself included.</param>
public sealed record LinkStep(MappedView Home, DmaDirection Direction, int At, int Unlink, int Several)
{
    /// <summary>After what was linked last.</summary>
    public const int Next = -1;

    /// <inheritdoc/>
    public override string ToString() => Unlink >= 0 ? $"unlink {Unlink} and {Several - 1} more" : $"link {Home} {Direction} at {At}";
}
