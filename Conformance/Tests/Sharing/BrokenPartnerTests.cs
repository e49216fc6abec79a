using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Exporters and mappers that break their promises, and neighbours at the pool: a shared buffer stays in order.</summary>
public class BrokenPartnerTests
{
    private readonly EmulatedMachine _machine = EmulatedMachine.WithRam(16 << 20);
    private readonly DmaSegment[] _segments = new DmaSegment[8];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exporter_that_gives_something_else_is_named_and_nothing_is_chosen(int frames)
    {
        var exporter = new WrongExporter(_machine, frames);
        using var buffer = new SharedBuffer(exporter);
        Attachment nic = buffer.Attach(new DirectMapper(new DmaDevice("nic", default))).Attachment!;
        Exception thrown = Assert.Throws<InvalidOperationException>(() => nic.Map(0, 8192, DmaDirection.ToDevice, _segments));
        Assert.Contains(exporter.Name, thrown.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => buffer.BeginCpuAccess(0, 1, MemoryAccess.Read));
        Assert.Null(buffer.Backing);
        Assert.Equal((Verdict.Admitted, 0, 0), (nic.Decision.Verdict, buffer.LiveUses, exporter.Held));
    }

    [Fact]
    public void A_mapping_whose_mapper_throws_instead_of_unmapping_stays_live()
    {
        using var buffer = new SharedBuffer(new SystemMemoryExporter("memory", _machine, 8192));
        var mapper = new MoodyMapper(new DirectMapper(new DmaDevice("nic", default)));
        Attachment nic = buffer.Attach(mapper).Attachment!;
        MappingToken token = nic.Map(0, 8192, DmaDirection.ToDevice, _segments).Mapping.Token;
        mapper.BeforeUnmap = () => throw new NotSupportedException();
        Assert.Throws<NotSupportedException>(() => nic.Unmap(token));
        Assert.Equal((1, 1), (nic.LiveMappings, buffer.LiveUses));

        mapper.BeforeUnmap = null;
        nic.Unmap(token);
        Assert.Throws<ArgumentException>(() => nic.Unmap(token));
        Assert.Equal((0, 0), (nic.LiveMappings, buffer.LiveUses));
    }

    [Fact]
    public void A_prefix_that_grows_after_it_was_foreseen_still_conflicts()
    {
        using var pool = new BouncePool(_machine, _machine.Frames, 4 * 4096);
        using var buffer = new SharedBuffer(new SystemMemoryExporter("memory", _machine, 4 * 4096));
        var bounce = new BounceMapper(new DirectMapper(new DmaDevice("copies", default)), pool, BounceMode.Everything);
        MapResult neighbour = bounce.Map(new PfnView(Given.Frames(0x800, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments);
        var mapper = new MoodyMapper(bounce);
        Attachment copies = buffer.Attach(mapper).Attachment!, writes = buffer.Attach(new DirectMapper(new DmaDevice("writes", default))).Attachment!;
        MapResult live = writes.Map(8192, 8192, DmaDirection.Bidirectional, _segments).Mapping;

        // Two slots are free when the mapping is foreseen, and four when it is made.
        mapper.BeforeMap = () => bounce.Unmap(neighbour.Token);
        SharedMapResult refused = copies.Map(0, 4 * 4096, DmaDirection.FromDevice, _segments, MapOptions.Prefix);
        Assert.Equal((MapStatus.WouldDiverge, "writes"), (refused.Mapping.Status, refused.ConflictsWith));
        Assert.Equal((0, 1, pool.Capacity), (copies.LiveMappings, buffer.LiveUses, pool.FreeBytes));
        writes.Unmap(live.Token);
    }

    [Fact]
    public void A_prefix_that_grows_after_it_was_foreseen_is_known_as_a_copy()
    {
        using var pool = new BouncePool(_machine, _machine.Frames, 4 * 4096);
        using var buffer = new SharedBuffer(new SystemMemoryExporter("memory", _machine, 4 * 4096));
        var bounce = new BounceMapper(new DirectMapper(new DmaDevice("copies", default)), pool, BounceMode.Everything);
        MapResult neighbour = bounce.Map(new PfnView(Given.Frames(0x800, 2), PageSize.Size4K), DmaDirection.ToDevice, _segments);
        var mapper = new MoodyMapper(bounce) { BeforeMap = () => bounce.Unmap(neighbour.Token) };
        Attachment copies = buffer.Attach(mapper).Attachment!, writes = buffer.Attach(new DirectMapper(new DmaDevice("writes", default))).Attachment!;
        MapResult grown = copies.Map(0, 4 * 4096, DmaDirection.FromDevice, _segments, MapOptions.Prefix).Mapping;
        Assert.Equal(4 * 4096, grown.Length);
        Assert.Equal(MapStatus.WouldDiverge, writes.Map(3 * 4096, 4096, DmaDirection.FromDevice, _segments).Mapping.Status);
        copies.Unmap(grown.Token);
    }

    private sealed class WrongExporter(IPhysicalMemory memory, int frames) : IExporter
    {
        public string Name => "wrong";

        public long Length => 8192;

        public MemoryKind Kind => MemoryKind.PageBacked;

        public IPhysicalMemory Memory => memory;

        public int Held { get; private set; }

        public bool CanBack(in PlacementDemand demand) => true;

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
        {
            backing = frames == 0 ? null : new PfnBuffer(Given.Frames(0x800, frames), PageSize.Size4K);
            if (backing is not null) Held++;
            return true;
        }

        public void Release(PfnBuffer backing) => Held--;
    }

    private sealed class MoodyMapper(IDmaMapper inner) : IDmaMapper
    {
        public Action? BeforeMap { get; set; }

        public Action? BeforeUnmap { get; set; }

        public MapperProfile Profile => inner.Profile;

        public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
            => inner.Plan(view, direction, options, parts);

        public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
        {
            BeforeMap?.Invoke();
            return inner.Map(view, direction, segments, options);
        }

        public void Unmap(MappingToken token)
        {
            BeforeUnmap?.Invoke();
            inner.Unmap(token);
        }

        public void SyncForCpu(MappingToken token, long offset, long length) => inner.SyncForCpu(token, offset, length);

        public void SyncForDevice(MappingToken token, long offset, long length) => inner.SyncForDevice(token, offset, length);
    }
}
