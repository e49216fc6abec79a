using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>What <see cref="IDmaMapper.Profile"/> promises.</summary>
public sealed class ProfileTellsTheTruth() : MappingLaw(
    "the profile tells the truth",
    "the profile names the device, how its addresses come to be, and whether anything is copied; what it says is in reach is not refused as out of reach, and what is not, is not mapped uncopied")
{
    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapperProfile profile = rig.Mapper.Profile;
        DmaDevice device = profile.Device;
        if (device.Name != rig.Device.Name || device.Requester != rig.Device.Requester || device.Constraints != rig.Device.Constraints)
            return LawOutcome.Broken($"{device} that takes [{device.Constraints}]", $"{rig.Device} that takes [{rig.Device.Constraints}]");
        Addressing addressing = one.Translates ? Addressing.Translated : Addressing.Direct;
        if (profile.Addressing != addressing) return LawOutcome.Broken(profile.Addressing.ToString(), addressing.ToString());
        long busOffset = one.Translates ? 0 : one.BusOffset;
        if (profile.BusOffset != busOffset) return LawOutcome.Broken($"bus offset {profile.BusOffset}", $"bus offset {busOffset}");
        if (profile.BounceCapacity > 0 != one.CanBounce) return LawOutcome.Broken($"a capacity for copies of {profile.BounceCapacity} bytes", one.CanBounce ? "some capacity" : "0");
        bool everything = (one.Capabilities & MapperCapabilities.BouncesEverything) != 0;
        if (profile.BouncesEverything != everything) return LawOutcome.Broken($"BouncesEverything is {profile.BouncesEverything}", $"{everything}");

        MapResult result = rig.Map(one, out _);
        bool reached = one.Home.Pieces().All(piece => rig.Reaches(piece.Address, piece.Length));
        bool saysSo = one.Home.Pieces().All(piece => profile.Reaches(new PhysicalAddress(piece.Address), piece.Length));
        if (reached != saysSo) return LawOutcome.Broken($"Profile.Reaches says {saysSo} of the view", $"{reached}, by its window, offset and width");
        bool copyable = one.Home.Pieces().All(piece => rig.Memory.RegionAt(new PhysicalAddress(piece.Address)).Kind == MemoryKind.PageBacked);
        if (reached && (copyable || !one.CanBounce) && result.Status == MapStatus.UnreachableFrame) return LawOutcome.Broken($"{result}", "the frames are in reach");
        if (!reached && result.IsMapped && result.BouncedBytes == 0 && result.Length == one.Home.Length) return LawOutcome.Broken($"{result}", "not all frames are in reach, so some are copied or the view is refused");
        return LawOutcome.HeldIf(!reached || one.Reach != Reach.All);
    }
}
