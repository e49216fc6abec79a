using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What each format of tables has of its own.</summary>
public class FormatTests
{
    private const ulong Far = 1ul << 48;

    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_domain_says_its_format(string name)
    {
        KnownFormat known = KnownFormat.Named(name);
        (IommuDomain domain, _, _, _) = Domain(known);
        Assert.Same(known.Format, domain.Format);
        Assert.Equal(known.Walker.InputBits, domain.Format.InputBits);
        Assert.Equal(domain.OutputBits, domain.Format.OutputBits);
        Assert.Equal(known.Format.Name, known.Format.ToString());
        foreach (ulong iova in new[] { 0xFEDF_FFFFul, 0xFEE0_0000ul, 0xFEEF_FFFFul, 0xFEF0_0000ul })
            Assert.Equal(known.Walker.IsInterrupt(iova), domain.Format.InterruptWindow is { } window && window.Contains(new DmaAddress(iova), 1));
        foreach (DmaDirection asked in new[] { DmaDirection.ToDevice, DmaDirection.FromDevice, DmaDirection.Bidirectional })
            Assert.Equal(known.Granted(asked).DeviceAccess(), domain.Format.Granted(asked.DeviceAccess()));
    }

    [Fact]
    public void A_domain_has_VtD_tables_of_4_levels_unless_told_otherwise()
    {
        SparseMemory memory = RigMemory.Create();
        using var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(memory));
        Assert.Same(PageTableFormat.VtdSecondStage4, domain.Format);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Pages_of_all_sizes_lead_home_through_the_bus(string name)
    {
        KnownFormat known = KnownFormat.Named(name);
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory, BusPort port) = Domain(known);
        var segments = new DmaSegment[1];

        // A gigabyte and a bit on either side, in which the bytes looked at are at both ends of every page that any format makes of it.
        const ulong First = (7ul << 18) - 3;
        const int Count = (1 << 18) + 8;
        using var buffer = new PfnBuffer(Given.Frames(First, Count), PageSize.Size4K);
        Assert.True(mapper.Map(buffer.View, DmaDirection.Bidirectional, segments).IsMapped);
        List<ReachablePage> pages = known.Walker.List(memory, domain.RootTable);
        Assert.Contains(pages, page => page.Bytes == 1 << 30);
        Assert.Equal((long)Count << 12, pages.Sum(page => page.Bytes));
        foreach (ReachablePage page in pages)
        {
            foreach (ulong at in new[] { 0ul, (ulong)page.Bytes / 2, (ulong)page.Bytes - 1 })
            {
                ulong home = (First << 12) + page.Iova + at - segments[0].Address.Value;
                byte value = (byte)(home >> 12);
                Assert.True(port.TryWrite(new DmaAddress(page.Iova + at), [value], out DmaFault fault), fault.ToString());
                Assert.Equal(value, memory.Access(new PhysicalAddress(home), 1)[0]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Directions_are_kept_as_far_as_the_format_can(string name)
    {
        KnownFormat known = KnownFormat.Named(name);
        (_, IommuMapper mapper, _, BusPort port) = Domain(known);
        var segments = new DmaSegment[1];
        PfnView view = new([new Pfn(0x10000)], PageSize.Size4K);
        foreach (DmaDirection direction in new[] { DmaDirection.ToDevice, DmaDirection.FromDevice, DmaDirection.Bidirectional })
        {
            MapResult result = mapper.Map(view, direction, segments);
            DmaDirection granted = known.Granted(direction);
            Assert.Equal((granted & DmaDirection.ToDevice) != 0, port.TryRead(segments[0].Address, new byte[1], out DmaFault read));
            Assert.Equal((granted & DmaDirection.ToDevice) != 0 ? FaultReason.None : FaultReason.NoReadAccess, read.Reason);
            Assert.Equal((granted & DmaDirection.FromDevice) != 0, port.TryWrite(segments[0].Address, [1], out DmaFault write));
            Assert.Equal((granted & DmaDirection.FromDevice) != 0 ? FaultReason.None : FaultReason.NoWriteAccess, write.Reason);
            mapper.Unmap(result.Token);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_top_of_the_tables_is_reached_and_what_is_above_is_not(string name)
    {
        KnownFormat known = KnownFormat.Named(name);
        ulong top = 1ul << known.Walker.InputBits;
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory, BusPort port) = Domain(known, new DmaWindow(new DmaAddress(top - 4096), new DmaAddress(ulong.MaxValue)));
        Assert.Equal(top - 1, domain.Aperture.Last.Value);
        var segments = new DmaSegment[1];
        Assert.True(mapper.Map(new PfnView([new Pfn(0x10000)], PageSize.Size4K), DmaDirection.ToDevice, segments).IsMapped);
        Assert.Equal(top - 4096, Assert.Single(known.Walker.List(memory, domain.RootTable)).Iova);
        Assert.True(port.TryRead(segments[0].Address, new byte[4096], out _));
        Assert.False(port.TryRead(segments[0].Address, new byte[4097], out DmaFault fault));
        Assert.Equal((top, FaultReason.BeyondTables), (fault.Address.Value, fault.Reason));
        Assert.Equal("aperture", Assert.Throws<ArgumentException>(() => Domain(known, new DmaWindow(new DmaAddress(top), new DmaAddress(ulong.MaxValue)))).ParamName);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Frames_that_no_entry_names_are_refused(string name)
    {
        KnownFormat known = KnownFormat.Named(name);
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory, _) = Domain(known);
        var segments = new DmaSegment[1];
        ulong beyond = 1ul << (domain.OutputBits - 12);
        MapResult refused = mapper.Map(new PfnView([new Pfn(1), new Pfn(beyond)], PageSize.Size4K), DmaDirection.ToDevice, segments);
        Assert.Equal((MapStatus.UnreachableFrame, 1), (refused.Status, refused.FailedFrame));
        Assert.True(mapper.Map(new PfnView([new Pfn(beyond - 1)], PageSize.Size4K), DmaDirection.ToDevice, segments).IsMapped);
        Assert.Equal((beyond - 1) << 12, Assert.Single(known.Walker.List(memory, domain.RootTable)).Physical);
        Assert.Equal(known.Format == PageTableFormat.ArmStage1, beyond == Far >> 12);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Only_an_interrupt_range_of_the_format_is_left_out(string name)
    {
        KnownFormat known = KnownFormat.Named(name);
        DmaWindow aperture = new(new DmaAddress(0xFEDF_F000), new DmaAddress(0xFEF0_0FFF));
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory, _) = Domain(known, aperture);
        var segments = new DmaSegment[1];
        while (mapper.Map(new PfnView([new Pfn(1)], PageSize.Size4K), DmaDirection.ToDevice, segments).IsMapped)
            Assert.False(known.Walker.IsInterrupt(segments[0].Address.Value));
        Assert.Equal(domain.Format.InterruptWindow is null ? 258 : 2, known.Walker.List(memory, domain.RootTable).Count);

        DmaWindow inside = new(new DmaAddress(0xFEE0_0000), new DmaAddress(0xFEEF_FFFF));
        if (domain.Format.InterruptWindow is null) Assert.Equal(1ul << 20, Domain(known, inside).Domain.FreeIovaBytes);
        else Assert.Equal("aperture", Assert.Throws<ArgumentException>(() => Domain(known, inside)).ParamName);
    }

    [Theory]
    [InlineData(0, 255, "80000 40000 20000 10000 8000 4000 2000 1000")]
    [InlineData(0, 256, "100000")]
    [InlineData(0, 512, "200000")]
    [InlineData(0, 1024, "400000")]
    [InlineData(512, 1024, "200000 200000")]
    [InlineData(0, 1536, "400000 200000")]
    [InlineData(0, 1800, "400000 200000 100000 8000")]
    public void Amd_pages_stand_in_as_many_entries_as_they_can(int start, int count, string sizes)
    {
        KnownFormat amd = KnownFormat.Named(nameof(PageTableFormat.AmdV1));
        (IommuDomain domain, IommuMapper mapper, SparseMemory memory, BusPort port) = Domain(amd);
        var segments = new DmaSegment[1];
        ulong first = 0x4_0000 + (ulong)start;
        using var buffer = new PfnBuffer(Given.Frames(first, count), PageSize.Size4K);
        RigStateOf before = new(domain);
        MapResult result = mapper.Map(buffer.View, DmaDirection.ToDevice, segments);
        Assert.Equal(sizes, string.Join(" ", amd.Walker.List(memory, domain.RootTable).Select(page => page.Bytes.ToString("x", null))));
        for (int i = 0; i < count; i++)
        {
            memory.Access(new PhysicalAddress((first + (ulong)i) << 12), 1)[0] = (byte)i;
            byte[] one = new byte[1];
            Assert.True(port.TryRead(segments[0].Address + (i * 4096L), one, out DmaFault fault), fault.ToString());
            Assert.Equal((byte)i, one[0]);
        }

        mapper.Unmap(result.Token);
        Assert.Equal(before, new RigStateOf(domain));
        Assert.False(port.TryRead(segments[0].Address, new byte[1], out _));
    }

    [Fact]
    public void Amd_entries_say_sizes_as_the_specification_does()
    {
        // 8 KiB is a zero in bit 12, 16 KiB a one there and a zero in bit 13, 1 MiB ones up to bit 18; 4 MiB is the first of level 1.
        const ulong Readable = (1ul << 61) | (7 << 9) | 1;
        Assert.Equal(Readable, default(AmdV1).ContiguousBits(MemoryAccess.Read, 0, 1));
        Assert.Equal(Readable | 0x1000, default(AmdV1).ContiguousBits(MemoryAccess.Read, 0, 2));
        Assert.Equal(Readable | 0x7F000, default(AmdV1).ContiguousBits(MemoryAccess.Read, 0, 8));
        Assert.Equal(Readable | 0x1FF000, default(AmdV1).ContiguousBits(MemoryAccess.Read, 1, 1));
        Assert.Equal(0, default(AmdV1).ContiguousOrderOf(default(AmdV1).PageBits(MemoryAccess.Read, 1), 1));
        for (int level = 0; level <= 2; level++)
        {
            for (int order = 1; order <= 8; order++)
            {
                ulong entry = default(AmdV1).ContiguousBits(MemoryAccess.Write, level, order);
                Assert.True(default(AmdV1).IsPresent(entry, level) && default(AmdV1).IsPage(entry, level));
                Assert.Equal(order, default(AmdV1).ContiguousOrderOf(entry, level));
                if (level < 2) Assert.False(default(AmdV1).IsPresent(entry, level + 1));
            }
        }
    }

    [Fact]
    public void Entries_that_a_level_does_not_have_lead_nowhere()
    {
        // AMD: a table must be of the level below. Arm: no blocks at its level 0 and 3.
        Assert.True(default(AmdV1).IsPresent(default(AmdV1).TableBits(2), 2));
        Assert.False(default(AmdV1).IsPresent(default(AmdV1).TableBits(2), 3));
        Assert.False(default(AmdV1).IsPresent(default(AmdV1).TableBits(2), 1));
        Assert.True(default(ArmStage1).IsPresent(default(ArmStage1).PageBits(MemoryAccess.Read, 1), 2));
        Assert.False(default(ArmStage1).IsPresent(default(ArmStage1).PageBits(MemoryAccess.Read, 1), 3));
        Assert.False(default(ArmStage1).IsPresent(default(ArmStage1).PageBits(MemoryAccess.Read, 1), 0));

        // No access flag, or for privileged devices only.
        Assert.Equal(MemoryAccess.None, default(ArmStage1).AccessOf(default(ArmStage1).PageBits(MemoryAccess.Read, 0) & ~(1ul << 10)));
        Assert.Equal(MemoryAccess.None, default(ArmStage1).AccessOf(default(ArmStage1).PageBits(MemoryAccess.Read, 0) & ~(1ul << 6)));
    }

    [Fact]
    public void Layouts_that_no_table_can_have_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PageTableFormat.Of<Shaped<Two, Good, Good>>());
        Assert.Throws<ArgumentException>(() => PageTableFormat.Of<Shaped<Six, Good, Good>>());
        Assert.Throws<ArgumentException>(() => PageTableFormat.Of<Shaped<Good, Six, Good>>());
        Assert.Throws<ArgumentException>(() => PageTableFormat.Of<Shaped<Good, Good, Nine>>());
        Assert.Equal(48, PageTableFormat.Of<Shaped<Good, Good, Good>>().InputBits);
    }

    private static (IommuDomain Domain, IommuMapper Mapper, SparseMemory Memory, BusPort Port) Domain(KnownFormat known, DmaWindow aperture = default)
    {
        SparseMemory memory = RigMemory.Create();
        var iommu = new EmulatedIommu(memory);
        var device = new DmaDevice("d", new RequesterId(1));
        var domain = new IommuDomain(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 64 << 20), iommu, aperture, known.Format);
        return (domain, new IommuMapper(device, domain), memory, iommu.Connect(device, domain));
    }

    /// <summary>What a mapping takes of a domain.</summary>
    private readonly record struct RigStateOf(long Tables, ulong Iova, int Live)
    {
        internal RigStateOf(IommuDomain domain)
            : this(TrimmedTables(domain), domain.FreeIovaBytes, domain.LiveMappings)
        {
        }

        private static long TrimmedTables(IommuDomain domain)
        {
            domain.Trim();
            return domain.TableBytes;
        }
    }

    private interface INumber
    {
        int? Value { get; }
    }

    private readonly struct Good : INumber
    {
        public int? Value => null;
    }

    private readonly struct Two : INumber
    {
        public int? Value => 2;
    }

    private readonly struct Six : INumber
    {
        public int? Value => 6;
    }

    private readonly struct Nine : INumber
    {
        public int? Value => 9;
    }

    /// <summary>A layout with other numbers.</summary>
    private readonly struct Shaped<TLevels, TPages, TOrder> : IPageTableFormat
        where TLevels : struct, INumber
        where TPages : struct, INumber
        where TOrder : struct, INumber
    {
        public string Name => "shaped";

        public int Levels => default(TLevels).Value ?? 4;

        public int OutputBits => 52;

        public int HighestPageLevel => default(TPages).Value ?? 2;

        public int HighestContiguousOrder => default(TOrder).Value ?? 8;

        public DmaWindow? InterruptWindow => null;

        public ulong PageBits(MemoryAccess access, int level) => default(AmdV1).PageBits(access, level);

        public ulong ContiguousBits(MemoryAccess access, int level, int order) => default(AmdV1).ContiguousBits(access, level, order);

        public ulong TableBits(int level) => default(AmdV1).TableBits(level);

        public bool IsPresent(ulong entry, int level) => default(AmdV1).IsPresent(entry, level);

        public bool IsPage(ulong entry, int level) => default(AmdV1).IsPage(entry, level);

        public int ContiguousOrderOf(ulong entry, int level) => default(AmdV1).ContiguousOrderOf(entry, level);

        public MemoryAccess AccessOf(ulong entry) => default(AmdV1).AccessOf(entry);

        public ulong TargetOf(ulong entry) => default(AmdV1).TargetOf(entry);
    }
}
