using System;
using DmaMapping;

namespace Conformance;

/// <summary>That links whose edges are bounced are as good as one-shot mappings of the same views.</summary>
public static class EdgeLaws
{
    /// <summary>Makes the mapper that the law is held against.</summary>
    /// <param name="inner">Maps for the device.</param>
    /// <param name="pool">Where copies live.</param>
    public delegate IReservingMapper Make(IReservingMapper inner, BouncePool pool);

    /// <summary>
    /// Two machines with the same bytes: in one views are linked into a reservation, in the other each is mapped in one step. Whatever devices and CPUs
    /// do, what is refused, what a device reads in each granule, and what is home are equal; of the reservation the device reaches links and nothing else.
    /// </summary>
    public static Law<EdgeScript> LinksHoldWhatMappingsHold(Make make) => new("links hold what mappings hold", EdgeScript.Cases, script => new EdgeRun(script, make).Violation());
}
