using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Domains of larger granules: what they map, and what they refuse.</summary>
public class GranuleTests
{
    private static readonly PageSize[] Sizes = [PageSize.Size4K, PageSize.Size16K, PageSize.Size64K, PageSize.Size2M];

    private readonly DmaSegment[] _segments = new DmaSegment[4];
    private readonly SparseMemory _memory = RigMemory.Create();

    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    public static TheoryData<int> Granules => [0, 1, 2, 3];

    [Fact]
    public void Whole_granules_are_mapped_and_nothing_else() => GranuleLaws.WholeGranulesAndNothingElse().Check(300);

    [Theory]
    [MemberData(nameof(Granules))]
    public void Smaller_frames_are_refused_and_others_are_not(int granule)
    {
        (IommuDomain domain, IommuMapper mapper) = Domain(Sizes[granule]);
        foreach (PageSize size in Sizes)
        {
            var view = new PfnView(Given.Frames(0x100, 2), size);
            MapStatus expected = size.Shift < Sizes[granule].Shift ? MapStatus.FrameTooSmall : MapStatus.Mapped;
            Assert.Equal(expected, mapper.Plan(view, DmaDirection.ToDevice).Status);
            MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
            Assert.Equal(expected, result.Status);
            if (result.IsMapped) mapper.Unmap(result.Token);
            else Assert.Contains("granule", result.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(0, domain.LiveMappings);
    }

    [Theory]
    [MemberData(nameof(Granules))]
    public void A_device_that_is_not_trusted_gets_whole_granules_or_nothing(int granule)
    {
        PageSize size = Sizes[granule];
        (_, IommuMapper mapper) = Domain(size, trusted: false);
        foreach (PageSize frame in Sizes.Where(one => one.Shift >= size.Shift))
        {
            Pfn[] frames = Given.Frames(0x100, 3, 2);
            long all = 3 * frame.Bytes;
            Assert.Equal((MapStatus.Unaligned, 0), Try(mapper, new PfnView(frames, frame, 1, all - 1)));
            Assert.Equal((MapStatus.Unaligned, 2), Try(mapper, new PfnView(frames, frame, 0, all - 1)));
            Assert.Equal((MapStatus.Unaligned, 0), Try(mapper, new PfnView(frames, frame, size.Bytes / 2, size.Bytes)));
            Assert.Equal(MapStatus.Mapped, Try(mapper, new PfnView(frames, frame)).Status);
            if (frame != size) Assert.Equal(MapStatus.Mapped, Try(mapper, new PfnView(frames, frame, size.Bytes, all - (2 * size.Bytes))).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Granules))]
    public void A_prefix_for_a_device_that_is_not_trusted_ends_with_a_granule(int granule)
    {
        PageSize size = Sizes[granule];
        var limits = new DmaConstraints { MaxSegmentSize = (5 * size.Bytes / 2) + 1, MaxSegmentCount = 1 };
        foreach (bool trusted in new[] { false, true })
        {
            (IommuDomain domain, IommuMapper mapper) = Domain(size, trusted, limits);
            var view = new PfnView(Given.Frames(0x100, 6, 2), size);
            MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments, MapOptions.Prefix);
            Assert.Equal((MapStatus.Mapped, trusted ? (5 * size.Bytes / 2) + 1 : 2 * size.Bytes), (result.Status, result.Length));
            Assert.Equal((trusted ? 3 : 2) * size.Bytes, KnownFormat.Default.Walker.List(_memory, domain.RootTable).Sum(page => page.Bytes));
            mapper.Unmap(result.Token);
            Assert.Empty(KnownFormat.Default.Walker.List(_memory, domain.RootTable));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Large_frames_of_an_array_are_large_pages(string name)
    {
        KnownFormat format = KnownFormat.Named(name);
        (IommuDomain domain, IommuMapper mapper) = Domain(PageSize.Size4K, format: format.Format);
        MapResult result = mapper.Map(new PfnView(Given.Frames(8, 3, 3), PageSize.Size2M), DmaDirection.Bidirectional, _segments);
        Assert.Equal([2 << 20, 2 << 20, 2 << 20], format.Walker.List(_memory, domain.RootTable).Select(page => page.Bytes));
        mapper.Unmap(result.Token);
        result = mapper.Map(new PfnView(Given.Frames(8, 2, 3), PageSize.Size1G), DmaDirection.Bidirectional, _segments);
        Assert.Equal([8ul << 30, 11ul << 30], format.Walker.List(_memory, domain.RootTable).Select(page => page.Physical));
        Assert.Equal([1 << 30, 1 << 30], format.Walker.List(_memory, domain.RootTable).Select(page => page.Bytes));
        mapper.Unmap(result.Token);
        Assert.Empty(format.Walker.List(_memory, domain.RootTable));
    }

    [Fact]
    public void One_device_that_is_not_trusted_makes_its_group_so()
    {
        var trusted = new DmaDevice("trusted", new RequesterId(1)) { PrefersLowAddresses = true };
        var guest = new DmaDevice("guest", new RequesterId(2)) { IsTrusted = false };
        var partial = new PfnView([new Pfn(9)], PageSize.Size4K, 8, 100);

        // Told beforehand.
        IommuDomain told = New(new IommuDomainOptions { IsTrusted = false });
        Assert.Null(told.IsTrusted);
        var mapper = new IommuMapper(trusted, told);
        Assert.Equal((false, false, true), (told.IsTrusted, mapper.Profile.Device.IsTrusted, mapper.Profile.Device.PrefersLowAddresses));
        Assert.Equal((trusted.Name, trusted.Requester), (mapper.Profile.Device.Name, mapper.Profile.Device.Requester));
        Assert.Equal(MapStatus.Unaligned, Try(mapper, partial).Status);
        Assert.False(new IommuMapper(guest, told).Profile.Device.IsTrusted);

        // The guest came first.
        IommuDomain seen = New(new IommuDomainOptions());
        Assert.False(new IommuMapper(guest, seen).Profile.Device.IsTrusted);
        mapper = new IommuMapper(trusted, seen);
        Assert.False(mapper.Profile.Device.IsTrusted);
        Assert.Equal(MapStatus.Unaligned, Try(mapper, partial).Status);

        // It came too late.
        IommuDomain late = New(new IommuDomainOptions());
        mapper = new IommuMapper(trusted, late);
        Assert.Equal((true, true), (late.IsTrusted, mapper.Profile.Device.IsTrusted));
        Assert.Throws<InvalidOperationException>(() => new IommuMapper(guest, late));
        Assert.True(late.IsTrusted);
        Assert.Equal(MapStatus.Mapped, Try(mapper, partial).Status);
    }

    private (MapStatus Status, int FailedFrame) Try(IommuMapper mapper, PfnView view)
    {
        MapResult result = mapper.Map(view, DmaDirection.ToDevice, _segments);
        if (result.IsMapped) mapper.Unmap(result.Token);
        return (result.Status, result.FailedFrame);
    }

    private IommuDomain New(IommuDomainOptions options)
        => new(_memory, new FrameAllocator(new PhysicalAddress(RigMemory.Tables), 1 << 20), new EmulatedIommu(_memory), options);

    private (IommuDomain Domain, IommuMapper Mapper) Domain(PageSize granule, bool trusted = true, DmaConstraints limits = default, PageTableFormat? format = null)
    {
        IommuDomain domain = New(new IommuDomainOptions { Granule = granule, Format = format });
        return (domain, new IommuMapper(new DmaDevice("d", new RequesterId(1), limits) { IsTrusted = trusted }, domain));
    }
}
