using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Four drivers in one domain at once, each with a device that reads what it was given while the others map and unmap.</summary>
public class IommuConcurrencyTests
{
    private const int Threads = 4;
    private const int Rounds = 250;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Threads_in_one_domain_read_no_wrong_byte_and_leak_nothing(bool bounce)
    {
        (string? wrong, RigState before, RigState after) = await Run(bounce, iommu => iommu);
        Assert.Null(wrong);
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Without_invalidations_wrong_bytes_are_seen()
    {
        (string? wrong, _, _) = await Run(false, iommu => new ForgetsInvalidations(iommu, all: true));
        Assert.NotNull(wrong);
    }

    private static async Task<(string? Wrong, RigState Before, RigState After)> Run(bool bounce, Func<EmulatedIommu, IIotlbInvalidation> hardware)
    {
        // Sixty-four pages of IOVA space, so that IOVAs, tables and slots are used again at once.
        MapperKind kind = bounce ? MapperKind.IommuBounceEverything : MapperKind.Iommu;
        MapperCase one = Given.Case(kind) with { PoolSlots = 256 };
        MapperRig rig = MapperRig.Of(one, hardware);
        RigState before = rig.State();
        string? wrong = null;
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() => { if (Drive(rig, one, thread) is { } seen) Volatile.Write(ref wrong, seen); }, cancel)));
        return (wrong, before, rig.State());
    }

    private static string? Drive(MapperRig rig, MapperCase one, int thread)
    {
        var random = new Random(thread);
        BusPort port = rig.Iommu!.Connect(new DmaDevice($"device {thread}", new RequesterId((ushort)(100 + thread)), one.Constraints), rig.Domain!);
        var segments = new DmaSegment[1];
        for (int round = 0; round < Rounds; round++)
        {
            // Own frames, full of a byte that nobody else has.
            Pfn[] frames = Given.Frames((0x1000_0000ul >> 12) + (ulong)((thread << 14) + random.Next(1000)), random.Next(1, 24), random.Next(1, 3));
            byte mark = (byte)((round % 60 * 4) + thread + 1);
            foreach (Pfn frame in frames) rig.Memory.Access(frame.ToAddress(PageSize.Size4K), 4096).Fill(mark);
            MapResult result = rig.Mapper.Map(new PfnView(frames, PageSize.Size4K), DmaDirection.ToDevice, segments, MapOptions.None);
            if (!result.IsMapped) return result.ToString();
            var seen = new byte[segments[0].Length];
            if (!port.TryRead(segments[0].Address, seen, out DmaFault fault)) return fault.ToString();
            if (Array.FindIndex(seen, b => b != mark) is var at and >= 0) return $"thread {thread}, round {round}: byte {at} is {seen[at]}, not {mark}";
            rig.Mapper.Unmap(result.Token);
            if (port.TryRead(segments[0].Address, seen.AsSpan(0, 1), out _) && seen[0] == mark) return $"thread {thread}, round {round}: unmapped and still read";
        }

        return null;
    }
}
