using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That a copy is the exception.</summary>
public sealed class OnlyWhatMustBounces() : MappingLaw(
    "only what must bounces",
    "copied are the frames out of reach, partly covered ones where the device is kept out of their rest, and what brings segments within the device's rules; memory without pages never is",
    needs: MapperCapabilities.Bounces)
{
    /// <inheritdoc/>
    public override int Cases => 160;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapResult result = rig.Map(one, out _);
        if (!result.IsMapped) return LawOutcome.Idle;
        var mapped = one.Home.Pieces().Where(piece => piece.Offset < result.Length)
            .Select(piece => (piece.Address, Length: (int)Math.Min(piece.Length, result.Length - piece.Offset), IsCut: piece.Length < 4096)).ToArray();
        bool keepsOut = (one.Capabilities & MapperCapabilities.SubPage) != 0;
        long must = mapped.Where(piece => (keepsOut && piece.IsCut) || !rig.Reaches(piece.Address, piece.Length)).Sum(piece => (long)piece.Length);
        if ((one.Capabilities & MapperCapabilities.BouncesEverything) != 0) must = result.Length;
        if ((one.Options & MapOptions.ZeroCopy) != 0) must = 0;

        // Where the device has rules for segments, more may have had to be brought together.
        bool broughtTogether = one.Rules != default && result.BouncedBytes > must;
        if (result.BouncedBytes != must && !broughtTogether) return LawOutcome.Broken($"{result.BouncedBytes} of {result.Length} bytes are copied", $"{must}");
        if (result.BouncedBytes != result.Length) return LawOutcome.HeldIf(must > 0);
        return mapped.All(piece => rig.Memory.RegionAt(new PhysicalAddress(piece.Address)).Kind == MemoryKind.PageBacked)
            ? LawOutcome.HeldIf(must > 0)
            : LawOutcome.Broken("memory without pages was copied");
    }
}
