using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Invariant I6 for devices that are not trusted.</summary>
public sealed class DeviceSeesTheViewAndZeros() : MappingLaw(
    "the device sees the view and zeros",
    "in the granules of a mapping the device reads the view's bytes and zeros, and what it writes beside them goes nowhere",
    needs: MapperCapabilities.SubPage)
{
    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        HomeBytes.Scribble(rig.Memory, one.Home, 22);
        byte[] home = HomeBytes.Read(rig.Memory, one.Home), beside = HomeBytes.Beside(rig.Memory, one.Home);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (!result.IsMapped || one.Home.HasDuplicates) return LawOutcome.Idle;
        bool looked = false;
        foreach ((long offset, ulong address, int length) in one.Home.Pieces().TakeWhile(piece => piece.Offset < result.Length))
        {
            int before = (int)(address % 4096), much = (int)Math.Min(length, result.Length - offset);
            ulong granule = DeviceBytes.AddressOf(segments, offset) & ~4095ul;
            byte[] seen = new byte[4096];
            looked |= much < 4096;
            if (rig.Bus.TryRead(new DmaAddress(granule), seen))
            {
                for (int i = 0; i < 4096; i++)
                {
                    byte wanted = i >= before && i < before + much ? home[offset + i - before] : (byte)0;
                    if (seen[i] != wanted) return LawOutcome.Broken($"byte {i} of the granule at {granule:x} is 0x{seen[i]:x2}", $"0x{wanted:x2}: of it {much} bytes at {before} are in the view");
                }
            }

            // What it writes all over the granule comes home where the view is, and nowhere else.
            if (rig.Bus.TryWrite(new DmaAddress(granule), HomeBytes.Noise(4096, 88))) HomeBytes.Noise(4096, 88).AsSpan(before, much).CopyTo(home.AsSpan((int)offset));
        }

        rig.Mapper.Unmap(result.Token);
        if (HomeBytes.Differ(HomeBytes.Read(rig.Memory, one.Home), home, 0) is { } lost) return LawOutcome.Broken($"unmapped, the CPU reads {lost}");
        return HomeBytes.Beside(rig.Memory, one.Home).SequenceEqual(beside) ? LawOutcome.HeldIf(looked) : LawOutcome.Broken("bytes beside the view changed");
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one) => one.Short();
}
