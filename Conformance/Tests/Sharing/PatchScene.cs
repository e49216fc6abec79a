using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// A buffer of frames that lie within 32 bits or beyond, as a pattern says (<c>c.c</c>: the first and the last are beyond); a device of 32 bits, which works on
/// copies of those that lie beyond and on the others in place, and one that takes anything and writes.
/// </summary>
internal sealed class PatchScene : IDisposable
{
    internal const long Frame = 4096;

    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(6L << 30);
    private readonly DmaSegment[] _segments = new DmaSegment[64];
    private readonly PfnBuffer _backing;
    private readonly BouncePool _pool;

    internal PatchScene(string pattern)
    {
        _backing = new PfnBuffer([.. pattern.Select((kind, i) => new Pfn((kind == 'c' ? 0x12_0000ul : 0x1000ul) + (ulong)i))], PageSize.Size4K);
        _pool = new BouncePool(_machine, _machine.Frames, 1 << 20, Placement.Below(32));
        Buffer = new SharedBuffer(new FixedExporter(_machine, _backing));
        Inner = new BounceMapper(new DirectMapper(new DmaDevice("copies", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) })), _pool);
        Mapper = new WatchedMapper(Inner);
        Copies = Buffer.Attach(Mapper).Attachment!;
        Writer = Buffer.Attach(new DirectMapper(new DmaDevice("writer", new RequesterId(2)))).Attachment!;
    }

    internal SharedBuffer Buffer { get; }

    internal BounceMapper Inner { get; }

    internal WatchedMapper Mapper { get; }

    internal Attachment Copies { get; }

    internal Attachment Writer { get; }

    /// <summary>Maps frames for the device of 32 bits, to be read.</summary>
    internal MappingToken Copy(int first, int count)
    {
        SharedMapResult result = Copies.Map(first * Frame, count * Frame, DmaDirection.ToDevice, _segments);
        Assert.True(result.IsMapped, result.ToString());
        return result.Mapping.Token;
    }

    /// <summary>Maps a frame to be written by the other.</summary>
    internal SharedMapResult Write(int frame) => Writer.Map(frame * Frame, Frame, DmaDirection.FromDevice, _segments);

    /// <summary>Which frames cannot be written at present, for the device of 32 bits has a copy: a pattern again.</summary>
    internal string Closed() => string.Concat(Enumerable.Range(0, _backing.View.Frames.Length).Select(frame =>
    {
        SharedMapResult result = Write(frame);
        if (result.IsMapped) Writer.Unmap(result.Mapping.Token);
        else Assert.Equal((MapStatus.WouldDiverge, "copies"), (result.Mapping.Status, result.ConflictsWith));
        return result.IsMapped ? '.' : 'c';
    }));

    public void Dispose()
    {
        // Something is left only where a test failed on its way; its own message is the one to see.
        if (Buffer.LiveUses > 0) return;
        Buffer.Dispose();
        _pool.Dispose();
        _backing.Dispose();
    }
}
