namespace Conformance;

/// <summary>Bytes of a mapping that are copied, all in one slot.</summary>
/// <param name="At">Offset of the first in the mapping.</param>
/// <param name="Home">Index of the first at home.</param>
/// <param name="Place">Index of the first in the slot.</param>
/// <param name="Length">How many.</param>
internal readonly record struct ModelCopy(long At, int Home, int Place, int Length)
{
    internal int Slot => Place / TraceMemory.Frame;

    internal bool Overlaps(int home, int length) => Home < home + length && home < Home + Length;
}
