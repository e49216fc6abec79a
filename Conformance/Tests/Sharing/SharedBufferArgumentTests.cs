using System;
using System.Runtime.CompilerServices;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a shared buffer is made of and who may attach to it: what is out of bounds is told by name, and what is just within is taken.</summary>
public class SharedBufferArgumentTests
{
    private const long Most = long.MaxValue - 4096;

    private readonly DirectMapper _mapper = new(new DmaDevice("nic", new RequesterId(1)));

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(Most + 1)]
    [InlineData(long.MaxValue)]
    public void A_buffer_of_no_bytes_or_of_more_than_can_be_rounded_up_is_none(long length)
        => Assert.Equal("exporter", Assert.Throws<ArgumentException>(() => new SharedBuffer(new PaperExporter { Length = length })).ParamName);

    [Theory]
    [InlineData(1)]
    [InlineData(Most)]
    public void A_buffer_may_have_one_byte_and_all_that_can_be_rounded_up(long length)
    {
        using var buffer = new SharedBuffer(new PaperExporter { Length = length });
        Assert.Equal(length, buffer.Length);
    }

    [Fact]
    public void Absent_memory_is_not_shared()
        => Assert.Equal("exporter", Assert.Throws<ArgumentException>(() => new SharedBuffer(new PaperExporter { Kind = MemoryKind.Absent })).ParamName);

    [Fact]
    public void Holders_are_given_more_than_no_time_and_at_most_a_day()
    {
        TimeSpan tick = TimeSpan.FromTicks(1), day = TimeSpan.FromHours(24);
        foreach (TimeSpan time in new[] { -tick, TimeSpan.Zero, day + tick, TimeSpan.MaxValue })
            Assert.Equal("MoveTimeout", Assert.Throws<ArgumentOutOfRangeException>(() => new SharedBuffer(new PaperExporter()) { MoveTimeout = time }).ParamName);
        foreach (TimeSpan time in new[] { tick, day })
        {
            using var buffer = new SharedBuffer(new PaperExporter()) { MoveTimeout = time };
            Assert.Equal(time, buffer.MoveTimeout);
        }
    }

    [Fact]
    public void A_declaration_is_about_its_mapper_and_raw_pfns_are_for_nobody_with_one()
    {
        using var buffer = new SharedBuffer(new PaperExporter());
        var raw = new Importer(_mapper.Profile) { RawPfns = true };
        var another = new Importer(new DirectMapper(new DmaDevice("nic", new RequesterId(1))).Profile);
        Assert.Equal("importer", Assert.Throws<ArgumentException>(() => buffer.Attach(_mapper, raw)).ParamName);
        Assert.Equal("importer", Assert.Throws<ArgumentException>(() => buffer.Attach(_mapper, another)).ParamName);
        Assert.Equal("importer", Assert.Throws<ArgumentException>(() => buffer.AttachRaw(another)).ParamName);
        Assert.Empty(buffer.Attachments);
        Assert.True(buffer.AttachRaw(raw).IsAttached);
    }

    [Fact]
    public void Who_is_movable_is_told_and_who_is_told_is_movable()
    {
        using var buffer = new SharedBuffer(new PaperExporter());
        var movable = new Importer(_mapper.Profile) { IsMovable = true };
        ArgumentException untold = Assert.Throws<ArgumentException>(() => buffer.Attach(_mapper, movable)), undeclared = Assert.Throws<ArgumentException>(() => buffer.Attach(_mapper, movable: new Obedient()));
        Assert.Equal(("movable", "movable"), (untold.ParamName, undeclared.ParamName));
        Assert.Contains("give the IMovable", untold.Message, StringComparison.Ordinal);
        Assert.Contains("set Importer.IsMovable", undeclared.Message, StringComparison.Ordinal);
        Assert.Empty(buffer.Attachments);
    }

    [Fact]
    public void Bytes_without_a_place_do_not_move_and_those_of_a_disposed_buffer_never_again()
    {
        using var buffer = new SharedBuffer(new PaperExporter());
        MoveReport report = buffer.Move();
        Assert.False(report.HasMoved);
        Assert.Contains("no frames", report.Obstacle, StringComparison.Ordinal);
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Move());
    }

    [Fact]
    public void A_disposed_buffer_keeps_no_directory_alive()
    {
        var buffer = new SharedBuffer(new PaperExporter());
        WeakReference directory = DirectoryOf(buffer);
        buffer.Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(directory.IsAlive);
        GC.KeepAlive(buffer);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference DirectoryOf(SharedBuffer buffer)
    {
        var directory = new SharedBufferDirectory();
        directory.Add(buffer);
        return new WeakReference(directory);
    }
}
