namespace Bench;

/// <summary>The best case of address allocation: one page, taken and freed, by one thread.</summary>
internal sealed class AddressHit(string name, IAddressAllocator allocator) : IContestant
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        ulong sum = 0;
        for (int i = 0; i < times; i++)
        {
            ulong first = allocator.Allocate(1, out int note);
            sum += first;
            allocator.Free(first, 1, note);
        }

        return sum;
    }
}
