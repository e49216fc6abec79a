using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>A device stands still from the word to stop until the word that the move is over, and no longer.</summary>
public class CheckedMoveTests
{
    /// <summary>Frames that no exporter gives out.</summary>
    private const int Elsewhere = 8192;

    private readonly MisuseScene _scene = new();

    [Fact]
    public void Only_while_a_device_stands_still_its_bytes_are_the_cpus_and_what_ends_moves()
    {
        using var buffer = new SharedBuffer(new CheckedExporter(_scene.Checker, new SystemMemoryExporter("memory", _scene.Memory, 4096)));
        var told = new Obedient();
        using Attachment nic = buffer.Attach(_scene.Nic, new Importer(_scene.Nic.Profile) { IsMovable = true }, new CheckedMovable(_scene.Checker, _scene.NicDevice, told)).Attachment!;
        MappingToken token = nic.Map(0, 4096, DmaDirection.FromDevice, _scene.Segments).Mapping.Token;
        MappingToken moves = _scene.Map(_scene.Nic, first: Elsewhere);
        DmaAddress moved = _scene.Segments[0].Address;
        MappingToken stays = _scene.Map(_scene.Nic, first: Elsewhere + 1);
        DmaAddress stayed = _scene.Segments[0].Address;
        told.OnStop = notice =>
        {
            Touch();
            _scene.Nic.Unmap(moves);
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
        };
        Assert.Equal(MisuseKind.CpuTouchesDevice, _scene.Caught(Touch)?.Kind);
        Assert.True(buffer.Move().HasMoved);
        Assert.Equal(MisuseKind.CpuTouchesDevice, _scene.Caught(Touch)?.Kind);
        MisuseReport? report = _scene.Caught(() => _scene.Nic.Unmap(moves));
        Assert.Equal((MisuseKind.AlreadyUnmapped, $"it was 4096 bytes FromDevice at {moved}, mapped by {report!.Created}, and moved away"), (report.Kind, report.Found));
        _scene.Nic.Unmap(stays);
        Assert.Equal(MisuseKind.DeviceAfterUnmap, _scene.Caught(() => _scene.NicPort.TryWrite(stayed, new byte[8], out _))?.Kind);
        nic.Unmap(token);
    }

    private void Touch() => _scene.Checker.CheckCpuAccess(MisuseScene.Frames(1, Elsewhere + 1).View, MemoryAccess.Write);
}
