namespace Conformance;

/// <summary>A link.</summary>
/// <param name="At">Its offset in its reservation.</param>
/// <param name="Source">The place of the buffer that it is of.</param>
/// <param name="Reach">What the device reaches by it.</param>
internal sealed record ModelLink(long At, int Source, ModelReach Reach)
{
    internal long Length => Reach.View.Length;

    internal long End => At + Length;

    internal long FirstGranule => At / TraceMemory.Frame;

    internal long LastGranule => (End - 1) / TraceMemory.Frame;
}
