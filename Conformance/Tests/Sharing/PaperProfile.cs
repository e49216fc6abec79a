using PfnBuffers;

namespace Conformance.Tests;

/// <summary>Profiles of devices that are nowhere.</summary>
internal static class PaperProfile
{
    internal static MapperProfile Of(string name, DmaConstraints constraints = default, Addressing addressing = Addressing.Direct, bool trusted = true, long pool = 0, bool everything = false, bool partial = false)
        => new(new DmaDevice(name, new RequesterId(1), constraints) { IsTrusted = trusted }, addressing) { BounceCapacity = pool, BouncesEverything = everything, BouncesPartialFrames = partial };
}
