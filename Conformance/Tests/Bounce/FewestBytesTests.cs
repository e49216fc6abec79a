using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A device of few segments gets as many bytes where they are as its rules allow: compared with every way of copying some of the frames.</summary>
public class FewestBytesTests
{
    private const int Frame = 4096;

    [Fact]
    public void No_other_way_of_copying_frames_takes_fewer_bytes()
    {
        var random = new Random((int)Seed.Value);
        int some = 0, copied = 0, refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            CopyCase one = Draw(random);
            long least = Least(one);
            var rig = new PoolRig(64);
            var mapper = new BounceMapper(new DirectMapper(new DmaDevice("device", new RequesterId(1), one.Constraints with { Window = DmaWindow.OfBits(32) })), rig.Pool);
            MappedView home = Home(one);
            HomeBytes.Scribble(rig.Memory, home, i);
            byte[] before = HomeBytes.Read(rig.Memory, home);
            var segments = new DmaSegment[16];
            MapPlan plan = mapper.Plan(home.View, DmaDirection.Bidirectional);
            MapResult result = mapper.Map(home.View, DmaDirection.Bidirectional, segments, MapOptions.None);
            Assert.True((plan.Succeeds, plan.BouncedBytes, plan.SegmentCount) == (result.IsMapped, result.BouncedBytes, result.IsMapped ? result.SegmentCount : plan.SegmentCount), $"{one}: planned {plan}, got {result}");
            if (!result.IsMapped)
            {
                Assert.True(least < 0 || !one.IsPromised, $"{one}: {least} bytes would do, and {result}");
                refused++;
                continue;
            }

            Assert.True(result.BouncedBytes == least || (!one.IsPromised && least >= 0), $"{one}: {least} bytes would do, and {result}");
            if (least > 0) copied++;
            if (least > 0 && least < home.Length) some++;
            Assert.True(one.Constraints.MaxSegmentCount == 0 || result.SegmentCount <= one.Constraints.MaxSegmentCount, $"{one}: {result}");

            BusPort port = BusPort.Direct(mapper.Profile.Device, rig.Memory, 0);
            Span<DmaSegment> told = segments.AsSpan(0, result.SegmentCount);
            Assert.Equal(before, DeviceBytes.Read(port, told.ToArray(), 0, home.Length));
            byte[] after = HomeBytes.Noise(home.Length, i + 1);
            DeviceBytes.Write(port, told.ToArray(), 0, after);
            mapper.Unmap(result.Token);
            Assert.Equal(after, HomeBytes.Read(rig.Memory, home));
            Assert.Equal(rig.Pool.Capacity, rig.Pool.FreeBytes);
        }

        Assert.True(some > 400 && copied > some && refused > 100, $"{some} partly, {copied} copied, {refused} refused");
    }

    [Fact]
    public void A_fragmented_pool_is_short_where_a_run_is_wanted()
    {
        var rig = new PoolRig(16);
        BounceMapper any = rig.Mapper(), two = rig.Mapper(new DmaConstraints { MaxSegmentCount = 2 }, "two");
        MappingToken[] tokens = [.. Enumerable.Range(0, 16).Select(i => PoolRig.Map(any, PoolRig.High(2 * i, 1)))];
        for (int i = 0; i < 16; i += 2) any.Unmap(tokens[i]);
        Assert.Equal(MapStatus.NoBounceSpace, PoolRig.Try(two, PoolRig.Low(0, 5, 2)).Status);
        for (int i = 1; i < 16; i += 2) any.Unmap(tokens[i]);
        MapResult result = PoolRig.Try(two, PoolRig.Low(0, 5, 2));
        Assert.Equal((MapStatus.Mapped, 4L * Frame), (result.Status, result.BouncedBytes));
    }

    /// <summary>A copy that is longer than the distance between boundaries begins at one where a boundary more would cost a segment too many.</summary>
    [Fact]
    public void A_long_copy_crosses_no_more_boundaries_than_it_must()
    {
        var rig = new PoolRig(128);
        BounceMapper any = rig.Mapper(), two = rig.Mapper(new DmaConstraints { MaxSegmentCount = 2, SegmentBoundaryMask = 0xFFFF }, "two");
        for (int i = 0; i < 16; i++)
        {
            MapResult result = PoolRig.Try(two, PoolRig.Low(0, 32, 2));
            Assert.True(result.IsMapped, $"{i} slots are in use: {result}");
            PoolRig.Map(any, PoolRig.High(2 * i, 1));
        }
    }

    private static CopyCase Draw(Random random)
    {
        int count = 2 + random.Next(7);
        var pfns = new ulong[count];
        var fates = new CopyFate[count];
        ulong at = (ulong)random.Next(16);
        for (int i = 0; i < count; i++)
        {
            at += random.Next(2) == 0 ? 1ul : (ulong)(2 + random.Next(5));
            fates[i] = random.Next(12) switch { 0 or 1 => CopyFate.Must, 2 => CopyFate.MustNot, _ => CopyFate.May };
            pfns[i] = (RigMemory.StartOf(AreaOf(fates[i])) >> 12) + at;
        }

        return new CopyCase
        {
            Pfns = pfns,
            Fates = fates,
            Head = random.Next(4) == 0 ? 512 : 0,
            Tail = random.Next(4) == 0 ? 1024 : 0,
            Constraints = new DmaConstraints
            {
                MaxSegmentCount = random.Next(8) == 0 ? 0 : 1 + random.Next(5),
                MaxSegmentSize = random.Next(3) == 0 ? (1 + random.Next(4)) * Frame : 0,
                Alignment = random.Next(6) == 0 ? 2ul * Frame : 1,
            },
        };
    }

    private static long Least(CopyCase one)
    {
        long least = -1;
        for (int way = 0; way < 1 << one.Pfns.Length; way++)
        {
            bool[] copied = [.. one.Fates.Select((_, i) => (way >> i & 1) != 0)];
            if (one.Fates.Where((fate, i) => (fate == CopyFate.Must && !copied[i]) || (fate == CopyFate.MustNot && copied[i])).Any()) continue;
            long bytes = CopyLaws.Bytes(one, copied);
            if ((least < 0 || bytes < least) && CopyLaws.Holds(one, copied)) least = bytes;
        }

        return least;
    }

    private static MappedView Home(CopyCase one)
    {
        MappedRun[] runs = [.. one.Pfns.Select((pfn, i) => new MappedRun(AreaOf(one.Fates[i]), 0, (int)(pfn - (RigMemory.StartOf(AreaOf(one.Fates[i])) >> 12)), 1))];
        return Given.View(runs) with { Offset = one.Head, Length = (runs.Length * (long)Frame) - one.Head - one.Tail };
    }

    private static HomeArea AreaOf(CopyFate fate) => fate switch
    {
        CopyFate.Must => HomeArea.High,
        CopyFate.MustNot => HomeArea.Mmio,
        _ => HomeArea.Low,
    };
}
