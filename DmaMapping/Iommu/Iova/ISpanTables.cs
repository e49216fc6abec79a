namespace DmaMapping;

/// <summary>The tables behind IOVA space, told when blocks come to need one and cease to. Thread-safe; nothing is held when it is called.</summary>
internal interface ISpanTables
{
    /// <summary>Links a leaf table for a span.</summary>
    /// <returns>False where there is no memory for it.</returns>
    bool TryLink(IovaSpan span);

    /// <summary>Takes a span's table out, which is all zero. When this returns the hardware has forgotten it.</summary>
    void Unlink(IovaSpan span);

    /// <summary>Takes out the table of tables, if there is one, that translates a whole block of which nothing is taken.</summary>
    void Remove(ulong page, int order);

    /// <summary>Makes the hardware forget what ended lazily.</summary>
    void Flush();

    /// <summary>Hears that space which was on its way is there.</summary>
    void Freed();
}
