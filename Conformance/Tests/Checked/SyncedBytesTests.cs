using System;
using System.Globalization;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What syncs give the CPU of a mapping and take from it again, and what the CPU may so touch, to the byte.</summary>
public class SyncedBytesTests
{
    private const int Cell = 256;

    private readonly CheckedRig _rig = new();

    /// <summary>Of the sixteen parts of a frame, named by the first and the one after the last.</summary>
    [Theory]
    [InlineData("", "................")]
    [InlineData("cpu 4 4", "................")]
    [InlineData("cpu 4 8", "....####........")]
    [InlineData("cpu 0 4, cpu 8 12", "####....####....")]
    [InlineData("cpu 8 12, cpu 0 4", "####....####....")]
    [InlineData("cpu 0 4, cpu 4 8", "########........")]
    [InlineData("cpu 4 8, cpu 0 4", "########........")]
    [InlineData("cpu 0 4, cpu 2 6", "######..........")]
    [InlineData("cpu 2 6, cpu 0 4", "######..........")]
    [InlineData("cpu 0 8, cpu 2 4", "########........")]
    [InlineData("cpu 0 2, cpu 4 6, cpu 8 10, cpu 1 9", "##########......")]
    [InlineData("cpu 0 2, cpu 4 6, cpu 12 14, cpu 4 8", "##..####....##..")]
    [InlineData("cpu 0 16, device 4 4", "################")]
    [InlineData("cpu 0 16, device 0 16", "................")]
    [InlineData("cpu 4 8, device 4 8", "................")]
    [InlineData("cpu 4 8, device 0 16", "................")]
    [InlineData("cpu 0 12, device 4 8", "####....####....")]
    [InlineData("cpu 4 12, device 0 8", "........####....")]
    [InlineData("cpu 4 12, device 8 16", "....####........")]
    [InlineData("cpu 4 12, device 4 8", "........####....")]
    [InlineData("cpu 4 12, device 8 12", "....####........")]
    [InlineData("cpu 0 4, device 4 8", "####............")]
    [InlineData("cpu 4 8, device 0 4", "....####........")]
    [InlineData("cpu 0 4, device 8 12", "####............")]
    [InlineData("cpu 8 12, device 0 4", "........####....")]
    [InlineData("cpu 0 2, cpu 4 6, cpu 8 10, device 1 9", "#........#......")]
    [InlineData("cpu 0 12, device 4 8, cpu 4 8", "############....")]
    public void The_cpu_has_what_was_synced_for_it_and_not_given_back(string syncs, string has)
    {
        MappingToken token = _rig.Map(DmaDirection.FromDevice, 3);
        foreach (string sync in syncs.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = sync.Trim().Split(' ');
            long from = Cell * long.Parse(words[1], CultureInfo.InvariantCulture), length = (Cell * long.Parse(words[2], CultureInfo.InvariantCulture)) - from;
            if (words[0] == "cpu") _rig.Mapper.SyncForCpu(token, from, length);
            else _rig.Mapper.SyncForDevice(token, from, length);
        }

        for (int from = 0; from < has.Length; from++)
        {
            int parts = has[from..].TakeWhile(static one => one == '#').Count();
            if (parts > 0) Assert.True(_rig.MayRead(3, from * Cell, parts * Cell));
            if (from + parts < has.Length) Assert.False(_rig.MayRead(3, from * Cell, (parts * Cell) + 1));
        }

        _rig.Mapper.Unmap(token);
        Assert.True(_rig.MayRead(3));
    }

    [Fact]
    public void A_sync_is_of_the_mappings_bytes_wherever_their_frames_lie()
    {
        MappingToken token = _rig.Map(DmaDirection.FromDevice, 9, 2, 5);
        _rig.Mapper.SyncForCpu(token, 4096, 4096);
        Assert.Equal((false, true, false), (_rig.MayRead(9), _rig.MayRead(2), _rig.MayRead(5)));
        _rig.Mapper.SyncForCpu(token, 8192, 4096);
        Assert.Equal((false, true, true), (_rig.MayRead(9), _rig.MayRead(2), _rig.MayRead(5)));
        _rig.Mapper.SyncForDevice(token, 0, 8192);
        Assert.Equal((false, false, true), (_rig.MayRead(9), _rig.MayRead(2), _rig.MayRead(5)));
        _rig.Mapper.SyncForCpu(token, 4000, 196);
        Assert.Equal((true, false), (_rig.MayRead(9, 4000, 96), _rig.MayRead(9, 3999, 97)));
        Assert.Equal((true, false), (_rig.MayRead(2, 0, 100), _rig.MayRead(2, 0, 101)));
        _rig.Mapper.Unmap(token);
    }

    [Fact]
    public void A_prefix_leaves_the_cpu_the_rest_of_the_view()
    {
        MapResult prefix = _rig.Mapper.Map(new PfnView(CheckedRig.Pfns(1, 5), PageSize.Size4K), DmaDirection.FromDevice, new DmaSegment[1], MapOptions.Prefix);
        Assert.Equal(4096, prefix.Length);
        Assert.Equal((false, true), (_rig.MayRead(1), _rig.MayRead(5)));
        Assert.Equal((true, false), (_rig.IsMapped(1), _rig.IsMapped(5)));
        _rig.Mapper.Unmap(prefix.Token);
    }

    [Fact]
    public void A_view_is_looked_at_frame_by_frame()
    {
        MappingToken token = _rig.Map(DmaDirection.FromDevice, 5);
        MisuseKind Touch(long offset, long length, params int[] frames)
            => _rig.Tells(() => _rig.Checker.CheckCpuAccess(new PfnView(CheckedRig.Pfns(frames), PageSize.Size4K, offset, length), MemoryAccess.Read));
        Assert.Equal(MisuseKind.CpuTouchesDevice, Touch(0, 4096, 5));
        Assert.Equal(MisuseKind.CpuTouchesDevice, Touch(100, 8092, 1, 5));
        Assert.Equal(MisuseKind.CpuTouchesDevice, Touch(4095, 2, 1, 5));
        Assert.Equal(MisuseKind.None, Touch(100, 3996, 1, 5));
        Assert.Equal(MisuseKind.None, Touch(0, 8192, 6, 4));
        _rig.Mapper.Unmap(token);
    }

    [Fact]
    public void The_cpu_reads_writes_or_does_both_and_nothing_else()
    {
        MappingToken token = _rig.Map(DmaDirection.ToDevice, 5);
        MisuseKind Touch(MemoryAccess access) => _rig.Tells(() => _rig.Checker.CheckCpuAccess(CheckedRig.At(5), 1, access));
        Assert.Equal(MisuseKind.None, Touch(MemoryAccess.Read));
        Assert.Equal(MisuseKind.CpuTouchesDevice, Touch(MemoryAccess.Write));
        Assert.Equal(MisuseKind.CpuTouchesDevice, Touch(MemoryAccess.ReadWrite));
        foreach (int other in (int[])[-1, 0, 4])
        {
            Assert.Equal("access", Assert.Throws<ArgumentOutOfRangeException>(() => Touch((MemoryAccess)other)).ParamName);
            Assert.Equal("access", Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Checker.CheckCpuAccess(default(PfnView), (MemoryAccess)other)).ParamName);
        }

        _rig.Mapper.Unmap(token);
    }

    [Fact]
    public void No_bytes_are_anybodys()
    {
        MappingToken token = _rig.Map(DmaDirection.FromDevice, 5);
        foreach (long offset in (long[])[0, 100, 4095, 4096])
        {
            Assert.False(_rig.IsMapped(5, offset, 0));
            Assert.True(_rig.MayRead(5, offset, 0));
        }

        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => _rig.IsMapped(5, 0, -1)).ParamName);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => _rig.MayRead(5, 0, -1)).ParamName);
        _rig.Mapper.Unmap(token);
    }
}
