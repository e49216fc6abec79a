using System;

namespace Conformance;

/// <summary>
/// What a mapper does beside mapping, and so which laws it is held to: a law that needs what a mapper lacks is not in its list
/// (<see cref="MapperLaws.NotFor"/> tells why). What is claimed here is what is checked, no more.
/// </summary>
[Flags]
public enum MapperCapabilities
{
    /// <summary>The mapper tells bus addresses, copies nothing, and claims nothing else.</summary>
    None = 0,

    /// <summary>Hardware translates the device's addresses, and keeps it to what is mapped, in its direction.</summary>
    Translates = 1,

    /// <summary>What the device cannot reach is copied.</summary>
    Bounces = 2,

    /// <summary>Everything is copied, reachable or not. Needs <see cref="Bounces"/>.</summary>
    BouncesEverything = 4,

    /// <summary>
    /// Of a granule that a view covers partly, the device sees the view's bytes and zeros. Needs <see cref="Translates"/>. Half of the devices that such
    /// a mapper is made for are not trusted.
    /// </summary>
    SubPage = 8,

    /// <summary>
    /// What was unmapped may be reached for a while (<see cref="MapperUnderTest.Settle"/> ends it); else it is out of reach when unmapping returns.
    /// Needs <see cref="Translates"/>.
    /// </summary>
    Lazy = 16,

    /// <summary>No mapping needs a sync: the CPU and the device see at once what the other wrote. Not with <see cref="Bounces"/>.</summary>
    Coherent = 32,

    /// <summary>Mapping, syncing, planning and unmapping allocate nothing once warm. Checked on runtimes that count what a thread allocates.</summary>
    AllocatesNothing = 64,

    /// <summary>The device's tables can be walked: <see cref="MapperUnderTest.Domain"/> is given. Needs <see cref="Translates"/>.</summary>
    Tables = 128,

    /// <summary>The mapper is an <see cref="DmaMapping.IReservingMapper"/>. Needs <see cref="Tables"/>.</summary>
    Reserves = 256,
}
