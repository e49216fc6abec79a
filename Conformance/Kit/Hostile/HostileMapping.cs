using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A live mapping, as the model has it.</summary>
/// <param name="Stand">Whose it is.</param>
/// <param name="Token">Its token.</param>
/// <param name="Segments">What the device was told.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Pages">The pages of device addresses, in the order of the view, each with the offset in the view of its first byte there.</param>
/// <param name="Direction">Which way bytes go.</param>
internal sealed record HostileMapping(HostileStand Stand, MappingToken Token, DmaSegment[] Segments, long Length, List<(ulong Page, HostileGranule Granule, long At)> Pages, DmaDirection Direction);
