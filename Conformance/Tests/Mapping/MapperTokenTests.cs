using System;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class MapperTokenTests
{
    public static TheoryData<MapperKind> Kinds => [.. Enum.GetValues<MapperKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_two_threads_that_unmap_one_token_exactly_one_succeeds(MapperKind kind)
    {
        MapperCase one = Given.Case(kind, Given.High(0, 1)) with { Reach = kind == MapperKind.Direct ? Reach.All : Reach.Bits32 };
        MapperRig rig = MapperRig.Of(one);
        RigState before = rig.State();
        using var together = new Barrier(2);
        MappingToken token = default;
        int succeeded = 0;
        const int Rounds = 300;
        void Race(bool maps)
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (maps) token = rig.Map(one, out _).Token;
                together.SignalAndWait();
                try
                {
                    rig.Mapper.Unmap(token);
                    Interlocked.Increment(ref succeeded);
                }
                catch (ArgumentException)
                {
                }

                together.SignalAndWait();
            }
        }

        await Task.WhenAll(Task.Run(() => Race(true), TestContext.Current.CancellationToken), Task.Run(() => Race(false), TestContext.Current.CancellationToken));
        Assert.Equal(Rounds, succeeded);
        Assert.Equal(before, rig.State());
    }

    [Fact]
    public void A_token_says_what_it_names()
    {
        MapperCase one = Given.Case(MapperKind.Direct);
        MapperRig rig = MapperRig.Of(one);
        MapResult result = rig.Map(one, out _);
        Assert.True(default(MappingToken).IsNone);
        Assert.False(result.Token.IsNone);
        rig.Mapper.Unmap(result.Token);
        string message = Assert.Throws<ArgumentException>(() => rig.Mapper.Unmap(result.Token)).Message;
        Assert.Contains(result.Token.ToString(), message, StringComparison.Ordinal);
        Assert.Contains(MapperCase.DeviceName, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scopes_unmap_and_read_as_documented()
    {
        MapperCase one = Given.Case(MapperKind.Iommu);
        MapperRig rig = MapperRig.Of(one);
        IDmaMapper mapper = rig.Mapper;
        PfnView view = one.View;

        // The five lines.
        Span<DmaSegment> segments = stackalloc DmaSegment[16];
        using (MappedScope dma = mapper.MapScoped(view, DmaDirection.ToDevice, segments))
        {
            foreach (DmaSegment segment in dma.Segments) Assert.True(rig.Port.TryRead(segment.Address, new byte[segment.Length], out _));
            Assert.Equal(1, rig.Domain!.LiveMappings);
        }

        Assert.Equal(0, rig.Domain.LiveMappings);
    }

    [Fact]
    public void The_throwing_form_throws_the_refusal()
    {
        MapperCase one = Given.Case(MapperKind.Direct, Given.High(3, 1));
        MapperRig rig = MapperRig.Of(one);
        DmaMapException refused = Assert.Throws<DmaMapException>(() => { rig.Mapper.MapOrThrow(one.View, DmaDirection.ToDevice, new DmaSegment[1]); });
        Assert.Equal((MapStatus.UnreachableFrame, 0), (refused.Result.Status, refused.Result.FailedFrame));
        Assert.Contains(MapperCase.DeviceName, refused.Message, StringComparison.Ordinal);
        Assert.Throws<DmaMapException>(() => { rig.Mapper.MapScoped(one.View, DmaDirection.ToDevice, new DmaSegment[1]); });
    }
}
