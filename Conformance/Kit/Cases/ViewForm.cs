namespace Conformance;

/// <summary>The ways to come to a view of the same bytes.</summary>
public enum ViewForm
{
    /// <summary>A view straight over a span of frames.</summary>
    Span,

    /// <summary>The view of a buffer that adopted an array.</summary>
    Array,

    /// <summary>The view of a buffer that adopted pooled memory larger than its frames.</summary>
    Owner,

    /// <summary>The view of a slice of a buffer, all cuts made on slices.</summary>
    Slice,
}
