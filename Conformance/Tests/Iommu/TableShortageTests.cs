using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Table memory runs out at each table in turn: that is a refusal, after which everything is as before, and which is over when there is memory.</summary>
public class TableShortageTests
{
    private const int Frames = 64;

    public static TheoryData<string, string> Shapes => [.. KnownFormat.All.SelectMany(format => new[] { "small", "span", "scattered", "huge" }.Select(shape => (format.Name, shape)))];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_refusal_leaves_all_as_it_was_and_ends_with_the_shortage(string formatName, string shape)
    {
        KnownFormat format = KnownFormat.Named(formatName);
        using PfnBuffer buffer = Shape(shape);
        int needed = -1;
        for (int have = 0; needed < 0; have++)
        {
            Scene scene = new(format);
            foreach (bool crowded in new[] { false, true })
            {
                // Something small lives there already, the second time.
                MappingToken lives = crowded ? scene.Map(new PfnView(Given.Frames(0x700, 3), PageSize.Size4K)).Token : default;
                string before = scene.State();
                List<Pfn> taken = scene.TakeAllBut(have);
                MapResult result = scene.Map(buffer.View);
                if (result.IsMapped)
                {
                    if (!crowded) needed = have;
                    scene.Mapper.Unmap(result.Token);
                }
                else
                {
                    Assert.Equal(MapStatus.NoTableMemory, result.Status);
                }

                scene.Give(taken);
                Assert.Equal(before, scene.State());
                MapResult again = scene.Map(buffer.View);
                Assert.True(again.IsMapped, again.ToString());
                scene.Mapper.Unmap(again.Token);
                Assert.Equal(before, scene.State());
                if (crowded) scene.Mapper.Unmap(lives);
            }

            scene.Domain.Dispose();
            Assert.Equal(Frames, scene.Tables.FreeFrames);
        }

        Assert.InRange(needed, 1, shape == "scattered" ? 12 : 6);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1)]
    public void What_is_kept_warm_is_given_back_before_a_refusal(int pages)
    {
        Scene scene = new(KnownFormat.Default);
        MapResult[] small = [.. Enumerable.Range(0, 3).Select(_ => scene.Map(new PfnView(Given.Frames(0x700, pages == 1 ? 1024 : 256, 2), PageSize.Size4K)))];
        foreach (MapResult result in small) scene.Mapper.Unmap(result.Token);
        Assert.True(scene.Domain.TableBytes > scene.Trunk || scene.Tables.FreeFrames < Frames - (scene.Trunk >> 12));
        scene.TakeAllBut(0);
        Assert.True(scene.Map(new PfnView(Given.Frames(0x700, pages, 2), PageSize.Size4K)).IsMapped);
    }

    private static PfnBuffer Shape(string shape) => shape switch
    {
        "small" => new PfnBuffer(Given.Frames(0x10000, 3, 2), PageSize.Size4K),
        "span" => new PfnBuffer(Given.Frames(0x10000, 512, 2), PageSize.Size4K),
        "scattered" => new PfnBuffer(Given.Frames(0x10000, 3000, 2), PageSize.Size4K),
        _ => new PfnBuffer(Given.Frames((7ul << 18) - 3, (1 << 18) + 8), PageSize.Size4K),
    };

    private sealed class Scene
    {
        private readonly SparseMemory _memory = RigMemory.Create();
        private readonly KnownFormat _format;
        private readonly DmaSegment[] _segments = new DmaSegment[1];

        internal Scene(KnownFormat format)
        {
            _format = format;
            Domain = new IommuDomain(_memory, Tables, new EmulatedIommu(_memory), format: format.Format);
            Mapper = new IommuMapper(new DmaDevice("d", new RequesterId(1)), Domain);
            Trunk = Domain.TableBytes;
        }

        internal FrameAllocator Tables { get; } = new(new PhysicalAddress(RigMemory.Tables), Frames * 4096L);

        internal IommuDomain Domain { get; }

        internal IommuMapper Mapper { get; }

        internal long Trunk { get; }

        internal MapResult Map(PfnView view) => Mapper.Map(view, DmaDirection.Bidirectional, _segments);

        internal List<Pfn> TakeAllBut(int have)
        {
            var taken = new List<Pfn>();
            while (Tables.FreeFrames > have && Tables.TryAllocate(1, default, out Pfn frame)) taken.Add(frame);
            return taken;
        }

        internal void Give(List<Pfn> frames)
        {
            foreach (Pfn frame in frames) Tables.Free(frame, 1);
        }

        internal string State()
        {
            Domain.Trim();
            return $"{Domain.FreeIovaBytes} {Domain.LargestFreeIovaBytes} {Domain.LiveMappings} {Domain.TableBytes} {Tables.FreeFrames} {string.Join(";", _format.Walker.List(_memory, Domain.RootTable))}";
        }
    }
}
