using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Checked memory holds the bytes of the memory itself, and what a device has of them is neither read nor written.</summary>
public class CheckedMemoryTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(1, 100).Select(i => (byte)i)];

    private readonly MisuseScene _scene = new();

    [Fact]
    public void What_is_written_is_in_memory()
    {
        _scene.Cpu.Write(MisuseScene.Frames(2).View, 4050, Bytes);
        Assert.Equal(Bytes, InMemory(4050, 100));
        _scene.Cpu.Write(At(8150), Bytes);
        Assert.Equal(Bytes, InMemory(8150, 100));
        _scene.Cpu.Fill(At(4000), 200, 7);
        Assert.Equal([0, .. Enumerable.Repeat((byte)7, 200), 0], InMemory(3999, 202));
    }

    [Fact]
    public void What_is_in_memory_is_read()
    {
        _scene.Memory.Write(At(4050), Bytes);
        var read = new byte[100];
        _scene.Cpu.Read(At(4050), read);
        Assert.Equal(Bytes, read);
        Array.Clear(read);
        _scene.Cpu.Read(MisuseScene.Frames(2).View, 4050, read);
        Assert.Equal(Bytes, read);
    }

    [Fact]
    public void What_a_device_reads_is_not_written()
    {
        _scene.Map(_scene.Nic, direction: DmaDirection.ToDevice, first: 1);
        IsTheDevices(() => _scene.Cpu.Write(MisuseScene.Frames(2).View, 4050, Bytes));
        IsTheDevices(() => _scene.Cpu.Write(At(4050), Bytes));
        IsTheDevices(() => _scene.Cpu.Fill(At(4050), 100, 7));
        Assert.Equal(new byte[100], InMemory(4050, 100));
        _scene.Cpu.Write(MisuseScene.Frames(2).View, 3996, Bytes);
        _scene.Cpu.Fill(At(8192), 100, 7);
        _scene.Cpu.Read(MisuseScene.Frames(2).View, 4050, new byte[100]);
    }

    [Fact]
    public void What_a_device_writes_is_not_read()
    {
        _scene.Memory.Write(At(4050), Bytes);
        _scene.Map(_scene.Nic, first: 1);
        var read = new byte[100];
        IsTheDevices(() => _scene.Cpu.Read(MisuseScene.Frames(2).View, 4050, read));
        IsTheDevices(() => _scene.Cpu.Read(At(4050), read));
        Assert.Equal(new byte[100], read);
        _scene.Cpu.Read(MisuseScene.Frames(2).View, 3996, read);
    }

    private static PhysicalAddress At(long offset) => new((ulong)(MisuseScene.Home + offset));

    private byte[] InMemory(long offset, int length)
    {
        var bytes = new byte[length];
        _scene.Memory.Read(At(offset), bytes);
        return bytes;
    }

    private void IsTheDevices(Action touch) => Assert.Equal(MisuseKind.CpuTouchesDevice, _scene.Caught(touch)?.Kind);
}
