namespace Bench;

/// <summary>Something that chooses I/O addresses, in pages of 4 KiB, inside a window it was made for.</summary>
internal interface IAddressAllocator
{
    /// <summary>The first page of a range that nobody else holds; 0 for none.</summary>
    /// <param name="pages">Its pages.</param>
    /// <param name="note">What the allocator wants to be told when the range comes back; a mapping has a place for it.</param>
    ulong Allocate(ulong pages, out int note);

    /// <summary>Gives back a range as it was allocated.</summary>
    void Free(ulong first, ulong pages, int note);
}
