namespace Bench;

/// <summary>Something that chooses I/O addresses, in pages of 4 KiB, inside a window it was made for.</summary>
internal interface IAddressAllocator
{
    /// <summary>The first page of a range that nobody else holds; 0 for none.</summary>
    ulong Allocate(ulong pages);

    /// <summary>Gives back a range as it was allocated.</summary>
    void Free(ulong first, ulong pages);
}
