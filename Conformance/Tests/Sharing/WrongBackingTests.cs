using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Exporters that give something else than they export: they are named, get it back, and the buffer is as before.</summary>
public class WrongBackingTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(64 << 20);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Frames_of_another_length_are_given_back_and_none_at_all_are_not(int frames)
    {
        PfnBuffer? wrong = frames == 0 ? null : new PfnBuffer(Given.Frames(0x800, frames), PageSize.Size4K);
        var exporter = new Careless(_machine, 8192, wrong);
        using var buffer = new SharedBuffer(exporter);
        Assert.Contains(exporter.Name, Assert.Throws<InvalidOperationException>(() => buffer.BeginCpuAccess(0, 1, MemoryAccess.Read)).Message, StringComparison.Ordinal);
        Assert.Null(buffer.Backing);
        List<PfnBuffer> returned = wrong is null ? [] : [wrong];
        Assert.Equal(returned, exporter.Released);
    }

    [Fact]
    public void A_frame_that_stands_there_twice_is_found_wherever_it_stands()
    {
        PfnBuffer wrong = new([.. Given.Frames(0x800, 7), new Pfn(0x802)], PageSize.Size4K);
        var exporter = new Careless(_machine, 8 * 4096, wrong);
        using var buffer = new SharedBuffer(exporter);
        Assert.Contains("pfn 0x802", Assert.Throws<InvalidOperationException>(() => buffer.BeginCpuAccess(0, 1, MemoryAccess.Read)).Message, StringComparison.Ordinal);
        Assert.Equal([wrong], exporter.Released);
    }

    [Fact]
    public void Nor_does_a_buffer_move_into_a_part_of_a_large_frame_that_it_lies_in()
    {
        // The last small frame of the new ones is the last one in the large one that is the buffer's.
        PfnBuffer large = new([new Pfn(3)], PageSize.Size2M), wrong = new([.. Given.Frames(0x2000, 511), new Pfn((3 * 512) + 511)], PageSize.Size4K);
        var exporter = new Careless(_machine, 2 << 20, large, wrong);
        using var buffer = new SharedBuffer(exporter);
        buffer.BeginCpuAccess(0, 1, MemoryAccess.Read).Access!.Dispose();
        Assert.Contains("pfn 0x7ff", Assert.Throws<InvalidOperationException>(() => buffer.Move()).Message, StringComparison.Ordinal);
        Assert.Same(large, buffer.Backing);
        Assert.Equal([wrong], exporter.Released);
    }

    [Fact]
    public void Frames_of_the_same_number_and_another_size_are_others()
    {
        PfnBuffer large = new([new Pfn(3)], PageSize.Size2M), small = new(Given.Frames(1, 512), PageSize.Size4K);
        var exporter = new Careless(_machine, 2 << 20, large, small);
        using var buffer = new SharedBuffer(exporter);
        byte[] bytes = HomeBytes.Noise(2 << 20, 11), read = new byte[bytes.Length];
        using (CpuAccess cpu = buffer.BeginCpuAccess(0, buffer.Length, MemoryAccess.Write).Access!) cpu.Write(0, bytes);
        Assert.True(buffer.Move().HasMoved);
        Assert.Same(small, buffer.Backing);
        Assert.Equal([large], exporter.Released);
        using (CpuAccess cpu = buffer.BeginCpuAccess(0, buffer.Length, MemoryAccess.Read).Access!) cpu.Read(0, read);
        Assert.True(bytes.AsSpan().SequenceEqual(read));
    }

    /// <summary>Gives one thing after the other, whatever is asked.</summary>
    private sealed class Careless(IPhysicalMemory memory, long length, params PfnBuffer?[] backings) : IExporter
    {
        private int _next;

        internal List<PfnBuffer> Released { get; } = [];

        public string Name => "careless";

        public long Length => length;

        public MemoryKind Kind => MemoryKind.PageBacked;

        public IPhysicalMemory Memory => memory;

        public bool CanBack(in PlacementDemand demand) => !demand.IsBottom;

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
        {
            backing = backings[_next++];
            return true;
        }

        public void Release(PfnBuffer backing) => Released.Add(backing);
    }
}
