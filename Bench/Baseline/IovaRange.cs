namespace Bench;

/// <summary>A range of I/O pages in use, and its place in a red-black tree: like <c>struct iova</c>. 0 is no node.</summary>
internal struct IovaRange
{
    /// <summary>First page.</summary>
    public ulong First;

    /// <summary>Last page.</summary>
    public ulong Last;

    /// <summary>The node above.</summary>
    public int Parent;

    /// <summary>Smaller ranges.</summary>
    public int Left;

    /// <summary>Larger ranges.</summary>
    public int Right;

    /// <summary>Colour.</summary>
    public bool Red;
}
