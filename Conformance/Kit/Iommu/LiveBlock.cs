using DmaMapping;

namespace Conformance;

/// <summary>A mapping that is live.</summary>
/// <param name="Token">Its token.</param>
/// <param name="First">The page of its first byte.</param>
/// <param name="Pages">How many pages it has.</param>
/// <param name="Order">The order of the block that it needs.</param>
public sealed record LiveBlock(MappingToken Token, ulong First, int Pages, int Order);
