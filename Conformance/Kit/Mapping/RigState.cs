namespace Conformance;

/// <summary>All of a rig that mapping may change, in one value, so that two moments can be compared.</summary>
/// <param name="Live">Live mappings of the mapper under test.</param>
/// <param name="PoolFree">Bytes free in the bounce pool.</param>
/// <param name="DomainLive">Live mappings of the domain.</param>
/// <param name="FreeIova">Bytes of IOVA space that are free.</param>
/// <param name="TableBytes">Bytes of page tables.</param>
/// <param name="Reachable">What an independent walk of the tables reaches.</param>
/// <param name="Told">What the mapper under test says of its state.</param>
public readonly record struct RigState(int Live, long PoolFree, int DomainLive, ulong FreeIova, long TableBytes, string Reachable, string Told);
