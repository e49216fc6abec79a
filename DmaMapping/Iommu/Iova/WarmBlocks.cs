using System;

namespace DmaMapping;

/// <summary>The blocks of one size that were freed last, the newest first out: a magazine. Guarded by its lane.</summary>
internal sealed class WarmBlocks(int capacity)
{
    private readonly IovaBlock[] _blocks = new IovaBlock[capacity];

    internal int Count { get; private set; }

    internal bool IsFull => Count == capacity;

    /// <summary>A block by age, the oldest first.</summary>
    internal IovaBlock this[int index] => _blocks[index];

    internal bool TryPop(out IovaBlock block)
    {
        int last = Count - 1;
        if (last < 0)
        {
            block = default;
            return false;
        }

        Count = last;
        block = _blocks[last];
        return true;
    }

    internal void Push(in IovaBlock block) => _blocks[Count++] = block;

    /// <summary>Takes out the oldest blocks; the newer ones are those that are warm.</summary>
    internal void DropOldest(int count)
    {
        Array.Copy(_blocks, count, _blocks, 0, Count - count);
        Count -= count;
    }
}
