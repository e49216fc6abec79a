namespace Conformance;

/// <summary>What deciding may choose, together with the state of the memory that it decides on.</summary>
public enum OrderPolicy
{
    /// <summary>Everything is allowed, moving first; memory and pools are ample.</summary>
    MoveFirst,

    /// <summary>Everything is allowed, bouncing first; no two free frames lie together, and the buffer ends inside a frame.</summary>
    BounceFirst,

    /// <summary>Nothing is moved; pools have one slot, and there is no free memory below 28 bits.</summary>
    NoMove,
}
