using System.Globalization;

namespace DmaMapping;

/// <summary>Why a bounce pool had no room: what was wanted, what there was, and who holds most of the rest. In bytes; a look at a moving thing.</summary>
public sealed class BounceShortage
{
    internal BounceShortage(long needed, long free, long largestFreeRun, string? holder, long heldByHolder)
    {
        Needed = needed;
        Free = free;
        LargestFreeRun = largestFreeRun;
        Holder = holder;
        HeldByHolder = heldByHolder;
    }

    /// <summary>Bytes of slots that the view would have taken, were all of it bounced.</summary>
    public long Needed { get; }

    /// <summary>Bytes that nobody held.</summary>
    public long Free { get; }

    /// <summary>The longest run of free bytes.</summary>
    public long LargestFreeRun { get; }

    /// <summary>The device whose mappings and reservations held most; null where nobody held any.</summary>
    public string? Holder { get; }

    /// <summary>How many bytes it held.</summary>
    public long HeldByHolder { get; }

    /// <summary>All of it in one line.</summary>
    public override string ToString()
    {
        string held = Holder is null ? "nobody holds any" : string.Format(CultureInfo.InvariantCulture, "{0} holds most, {1}", Holder, HeldByHolder);
        return string.Format(CultureInfo.InvariantCulture, "{0} bytes wanted, {1} free, {2} in the longest run; {3}", Needed, Free, LargestFreeRun, held);
    }
}
