using System;

namespace PfnBuffers;

/// <summary>
/// What a device that attaches declares: what its mapper can do for it, and what it can live with. Immutable.
/// </summary>
public sealed class Importer
{
    private readonly MemoryAccess _access = MemoryAccess.ReadWrite;

    /// <summary>A declaration with nothing asked for beyond the device's own constraints.</summary>
    /// <param name="profile">The device, and what its mapper can do.</param>
    /// <exception cref="ArgumentNullException">No profile.</exception>
    public Importer(MapperProfile profile) => Profile = Throw.IfNull(profile, nameof(profile));

    /// <summary>What another declaration says, with some properties set anew.</summary>
    /// <param name="other">What is kept.</param>
    /// <param name="profile">Another device or mapper; the same unless given.</param>
    /// <exception cref="ArgumentNullException">Nothing to keep.</exception>
    public Importer(Importer other, MapperProfile? profile = null)
    {
        Throw.IfNull(other, nameof(other));
        Profile = profile ?? other.Profile;
        Access = other.Access;
        NeedsPages = other.NeedsPages;
        ZeroCopyOnly = other.ZeroCopyOnly;
        MapsWindows = other.MapsWindows;
        RawPfns = other.RawPfns;
        IsMovable = other.IsMovable;
        TakesTurns = other.TakesTurns;
    }

    /// <summary>The device, and what its mapper can do.</summary>
    public MapperProfile Profile { get; }

    /// <summary>The device's name; ties are broken by it.</summary>
    public string Name => Profile.Device.Name;

    /// <summary>What the device may ever do to the bytes: an upper bound on the directions of its mappings. Both unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another access than Read, Write or both.</exception>
    public MemoryAccess Access
    {
        get => _access;
        init
        {
            if (value is < MemoryAccess.Read or > MemoryAccess.ReadWrite) Throw.OutOfRange(nameof(Access), value, "it must be Read, Write or ReadWrite");
            _access = value;
        }
    }

    /// <summary>Whether it needs a page behind every frame (the page-backed importer that King and Clark ask for in the thread), not only DMA addresses.</summary>
    public bool NeedsPages { get; init; }

    /// <summary>Whether it refuses to work on copies.</summary>
    public bool ZeroCopyOnly { get; init; }

    /// <summary>Whether it maps in windows, so that its segment count does not limit the size of the buffer.</summary>
    public bool MapsWindows { get; init; }

    /// <summary>
    /// Whether it takes the pfns as they are and programs tables of its own (Clark in the thread, T8). Its constraints then
    /// speak of the frames; nothing is mapped or copied for it, and its profile is <see cref="Addressing.Direct"/>.
    /// </summary>
    public bool RawPfns { get; init; }

    /// <summary>
    /// Whether its live mappings, and pfns that it holds, may be given other frames: it is told first, stops its DMA, and
    /// says so. Not declared, it is pinned while it holds anything.
    /// </summary>
    public bool IsMovable { get; init; }

    /// <summary>Whether it touches bytes only in turns that it begins and ends, so that copies of them may live beside it (invariant I7).</summary>
    public bool TakesTurns { get; init; }

    /// <summary>Whether the device may be bounced at all: its mapper can, it does not refuse, and there is a mapping to copy for.</summary>
    public bool CanBounce => Profile.BounceCapacity > 0 && !ZeroCopyOnly && !RawPfns;

    /// <summary>The device's constraints on one mapping: those on the count of segments fall away where it maps in windows.</summary>
    public DmaConstraints MappingConstraints
        => MapsWindows ? Profile.Device.Constraints with { MaxSegmentCount = 0 } : Profile.Device.Constraints;

    /// <summary>Whether its mapper would copy everything, wherever the frames are.</summary>
    internal bool BouncesEverything => Profile.BouncesEverything && !RawPfns;
}
