using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That lengths are not kept in 32 bits, nor frames counted in them.</summary>
public sealed class LargeViewsAreAsAnyOther() : MappingLaw(
    "large views are as any other",
    "views of 16 MiB, 256 MiB, 2 GiB and 4 GiB and a little more are planned and mapped whole, and bytes around every power of two are where the segments say",
    without: MapperCapabilities.BouncesEverything)
{
    private static readonly long[] Sizes = [1L << 24, 1L << 28, 1L << 31, 1L << 32];

    /// <inheritdoc/>
    public override int Cases => 12;

    /// <inheritdoc/>
    public override LawOutcome Judge(MapperCase one, MakeRig make)
    {
        MapperRig rig = make(one);
        MapPlan plan = rig.Mapper.Plan(one.View, one.Direction, one.Options, default);
        MapResult result = rig.Map(one, out DmaSegment[] segments);
        if (result.Status is MapStatus.NoIovaSpace or MapStatus.NoTableMemory) return LawOutcome.Idle;
        if (!result.IsMapped || result.Length != one.Home.Length) return LawOutcome.Broken($"{result}", $"a mapping of {one.Home.Length} bytes: every frame is in reach, and the device takes anything");
        if ((plan.Status, plan.SegmentCount, plan.Length) != (result.Status, result.SegmentCount, result.Length)) return LawOutcome.Broken($"{result}", $"as planned: {plan}");
        if (NaiveDevice.Refusal(one.Constraints, segments) is { } refusal) return LawOutcome.Broken(refusal, $"what [{one.Constraints}] allows");

        long[] powers = [.. Enumerable.Range(12, 21).Select(power => 1L << power).Where(at => at < result.Length)];
        foreach (long at in powers.SelectMany(at => new[] { at - 1, at }).Concat([0, result.Length - 1]))
        {
            byte[] written = HomeBytes.Noise(1, (int)(at % 251));
            DeviceBytes.Write(rig.Bus, segments, at, written);
            byte found = rig.Memory.Access(one.View.AddressAt(at), 1)[0];
            if (found != written[0]) return LawOutcome.Broken($"the device wrote 0x{written[0]:x2} to byte {at}, and at home stands 0x{found:x2}");
        }

        rig.Mapper.Unmap(result.Token);
        return LawOutcome.Held;
    }

    /// <inheritdoc/>
    protected override MapperCase Tune(MapperCase one)
    {
        // Frames of 2 MiB, in two runs with a gap of one frame; 4 KiB more than a power of two, so that no bit of the length can be lost unseen.
        long length = Sizes[one.Part.From % Sizes.Length] + 4096;
        int frames = (int)((length + PageSize.Size2M.Bytes - 1) / PageSize.Size2M.Bytes), first = 1 + (one.Part.To * (frames - 2) / 64);
        var home = new MappedView(PageSize.Size2M, [new MappedRun(HomeArea.High, 0, 0, first), new MappedRun(HomeArea.High, 0, first + 1, frames - first)], 0, length, one.Home.Summarised);
        return one with { Home = home, Rules = default, Reach = Reach.All, PoolSlots = 1024, Direction = DmaDirection.Bidirectional, Options = MapOptions.None };
    }
}
