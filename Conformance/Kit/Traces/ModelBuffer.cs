namespace Conformance;

/// <summary>A buffer of a trace.</summary>
internal sealed class ModelBuffer(ModelView view, bool isAllocated)
{
    internal ModelView View => view;

    /// <summary>Whether its frames go back to the allocator.</summary>
    internal bool IsAllocated => isAllocated;

    /// <summary>Mappings and links that are live.</summary>
    internal int Uses { get; set; }
}
