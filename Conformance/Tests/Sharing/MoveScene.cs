using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// A machine whose frames are handed out from the top, so that a buffer lies where 32 bits do not reach, and devices of which
/// some cannot live with that.
/// </summary>
internal sealed class MoveScene : IDisposable
{
    internal const long Length = (5 * 4096) + 100;

    private readonly long _freeAtStart;
    private ushort _requester;

    internal MoveScene(SharingPolicy? policy = null, Func<IExporter, IExporter>? exporter = null, TimeProvider? clock = null)
    {
        Machine = EmulatedMachine.WithRam(6L << 30);
        Iommu = new EmulatedIommu(Machine);
        _freeAtStart = Machine.Frames.FreeFrames;
        Domain = new IommuDomain(Machine, Machine.Frames, Iommu);
        Pool = new BouncePool(Machine, Machine.Frames, 1 << 20, Placement.Below(32));
        IExporter memory = new SystemMemoryExporter("memory", Machine, Length);
        Buffer = new SharedBuffer(exporter?.Invoke(memory) ?? memory, policy) { Clock = clock ?? TimeProvider.System };
    }

    internal EmulatedMachine Machine { get; }

    internal EmulatedIommu Iommu { get; }

    internal IommuDomain Domain { get; }

    internal BouncePool Pool { get; }

    internal SharedBuffer Buffer { get; }

    internal PhysicalAddress Start => Buffer.Backing!.View.AddressAt(0);

    /// <summary>A device that takes anything.</summary>
    internal Attachment Anything(string name = "nic", IMovable? movable = null)
        => Come(new DirectMapper(Device(name, default)), importer => new Importer(importer) { IsMovable = movable is not null }, movable).Attachment!;

    /// <summary>A device that wants one run of frames below 4 GiB, and no copies.</summary>
    internal AttachResult Tight(string name = "display")
        => Come(new DirectMapper(Device(name, DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) })), importer => new Importer(importer) { ZeroCopyOnly = true });

    /// <summary>The same, that can be bounced.</summary>
    internal AttachResult TightThatCopies(string name = "display")
        => Come(new BounceMapper(new DirectMapper(Device(name, DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) })), Pool));

    internal AttachResult BehindIommu(string name = "camera") => Come(new IommuMapper(Device(name, default), Domain));

    internal AttachResult Raw(string name = "gpu", IMovable? movable = null)
        => Buffer.AttachRaw(new Importer(new MapperProfile(Device(name, default), Addressing.Direct)) { RawPfns = true, IsMovable = movable is not null }, movable);

    internal AttachResult Come(IDmaMapper mapper, Func<Importer, Importer>? declare = null, IMovable? movable = null)
    {
        var importer = new Importer(mapper.Profile);
        return Buffer.Attach(mapper, declare?.Invoke(importer) ?? importer, movable);
    }

    internal DmaDevice Device(string name, DmaConstraints constraints) => new(name, new RequesterId(++_requester), constraints);

    internal static MapResult Map(Attachment attachment, DmaDirection direction = DmaDirection.Bidirectional) => Map(attachment, direction, out _);

    internal static MapResult Map(Attachment attachment, DmaDirection direction, out DmaSegment[] segments)
    {
        var room = new DmaSegment[8];
        SharedMapResult result = attachment.Map(0, Length, direction, room);
        Assert.True(result.IsMapped, result.ToString());
        segments = room[..result.Mapping.SegmentCount];
        return result.Mapping;
    }

    internal byte[] Write(int seed)
    {
        byte[] bytes = HomeBytes.Noise((int)Length, seed);
        using CpuAccess cpu = Buffer.BeginCpuAccess(0, Length, MemoryAccess.Write).Access!;
        cpu.Write(0, bytes);
        return bytes;
    }

    internal byte[] Read()
    {
        var bytes = new byte[Length];
        using CpuAccess cpu = Buffer.BeginCpuAccess(0, Length, MemoryAccess.Read).Access!;
        cpu.Read(0, bytes);
        return bytes;
    }

    public void Dispose()
    {
        // Something is left only where a test failed on its way; its own message is the one to see.
        if (Buffer.LiveUses > 0) return;
        Buffer.Dispose();
        Domain.Dispose();
        Pool.Dispose();
        Assert.Equal(_freeAtStart, Machine.Frames.FreeFrames);
    }
}
