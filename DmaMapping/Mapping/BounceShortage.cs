using System.Globalization;

namespace DmaMapping;

/// <summary>Why a bounce pool had no room: what was wanted, what there was, and who holds most of the rest. In bytes; a look at a moving thing.</summary>
public sealed class BounceShortage
{
    internal BounceShortage(long needed, long free, long largestFreeRun, string? holder, long heldByHolder, bool somebodyWaits)
    {
        SomebodyWaits = somebodyWaits;
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

    /// <summary>Whether somebody waited for slots: then what is free is his.</summary>
    public bool SomebodyWaits { get; }

    /// <summary>Whether it was the mapping's own reservation that was too small: then what is free is what was reserved.</summary>
    public bool IsOfReservation { get; private init; }

    /// <summary>A mapping found less reserved than it needs, in slots of 4 KiB.</summary>
    internal static BounceShortage OfReservation(long needed, long reserved) => new(needed << 12, reserved << 12, reserved << 12, null, 0, false) { IsOfReservation = true };

    /// <summary>All of it in one line.</summary>
    public override string ToString()
    {
        if (IsOfReservation) return string.Format(CultureInfo.InvariantCulture, "up to {0} bytes wanted, and {1} reserved for it", Needed, Free);
        string held = Holder is null ? "nobody holds any" : string.Format(CultureInfo.InvariantCulture, "{0} holds most, {1}", Holder, HeldByHolder);
        return string.Format(CultureInfo.InvariantCulture, "{0} bytes wanted, {1} free, {2} in the longest run; {3}{4}", Needed, Free, LargestFreeRun, held, SomebodyWaits ? "; somebody waits, and is served first" : string.Empty);
    }
}
