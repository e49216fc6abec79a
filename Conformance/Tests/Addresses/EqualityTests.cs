using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class EqualityTests
{
    private static readonly PfnBuffer Buffer = new([new(1), new(2)], PageSize.Size4K);

    [Fact]
    public void Page_sizes_are_compared_by_their_bytes()
        => AreApart((a, b) => (a == b, a != b), default, PageSize.Size16K, PageSize.Size64K, PageSize.Size2M, PageSize.Size1G);

    [Fact]
    public void Addresses_and_frame_numbers_are_compared_by_their_words()
    {
        AreApart((a, b) => (a == b, a != b), new Pfn(0), new Pfn(1), new Pfn(ulong.MaxValue));
        AreApart((a, b) => (a == b, a != b), new PhysicalAddress(0), new PhysicalAddress(1), new PhysicalAddress(ulong.MaxValue));
        AreApart((a, b) => (a == b, a != b), new DmaAddress(0), new DmaAddress(1), new DmaAddress(ulong.MaxValue));
        AreApart((a, b) => (a == b, a != b), new RequesterId(0), new RequesterId(1), new RequesterId(255, 31, 7));
    }

    [Fact]
    public void Segments_are_compared_by_address_and_length()
        => AreApart((a, b) => (a == b, a != b), default, new DmaSegment(new DmaAddress(1), 2), new DmaSegment(new DmaAddress(1), 3), new DmaSegment(new DmaAddress(2), 2));

    [Fact]
    public void Windows_are_compared_by_both_ends()
        => AreApart((a, b) => (a == b, a != b), default, DmaWindow.OfBits(32), new DmaWindow(new DmaAddress(1), new DmaAddress(uint.MaxValue)), new DmaWindow(new DmaAddress(1), new DmaAddress(2)));

    [Fact]
    public void Slices_are_compared_by_buffer_offset_and_length()
        => AreApart((a, b) => (a == b, a != b), default, Buffer.Slice(1, 2), Buffer.Slice(1, 3), Buffer.Slice(2, 2));

    [Fact]
    public void Constraints_are_compared_by_every_limit()
        => AreApart(
            (a, b) => (a == b, a != b),
            default,
            DmaConstraints.Bottom,
            new DmaConstraints { Window = DmaWindow.OfBits(32) },
            new DmaConstraints { MaxSegmentSize = 8 },
            new DmaConstraints { MaxSegmentCount = 8 },
            new DmaConstraints { SegmentBoundaryMask = 7 },
            new DmaConstraints { Alignment = 8 },
            new DmaConstraints { Granularity = 8 },
            new DmaConstraints { OffsetPreservingMask = 7 });

    [Fact]
    public void Regions_zones_and_placements_are_compared_by_all_they_say()
    {
        PhysicalAddress start = default, other = new(4096);
        AreApart((a, b) => (a == b, a != b), default, new MemoryRegion(start, 4096, MemoryKind.Mmio), new MemoryRegion(other, 4096, MemoryKind.Mmio), new MemoryRegion(start, 8192, MemoryKind.Mmio), new MemoryRegion(start, 4096, MemoryKind.Protected), new MemoryRegion(other, 8192, MemoryKind.Mmio));
        AreApart((a, b) => (a == b, a != b), default, new MemoryZone("a", start, 4096), new MemoryZone("b", start, 4096), new MemoryZone("a", other, 4096), new MemoryZone("a", start, 8192), new MemoryZone("b", other, 8192));
        AreApart(
            (a, b) => (a == b, a != b),
            default,
            new Placement { First = other },
            new Placement { Last = other },
            new Placement { Alignment = 4096 },
            new Placement { BoundaryMask = 4095 },
            new Placement { First = other, Last = other },
            new Placement { First = other, Alignment = 4096, BoundaryMask = 4095 });
    }

    [Fact]
    public void Tokens_are_compared_by_owner_slot_and_generation()
        => AreApart((a, b) => (a == b, a != b), default, new MappingToken(1, 2, 3), new MappingToken(9, 2, 3), new MappingToken(1, 9, 3), new MappingToken(1, 2, 9));

    [Fact]
    public void Parts_are_compared_by_range_and_treatment()
        => AreApart(
            (a, b) => (a == b, a != b),
            default,
            new MapPart(1, 2, MapTreatment.Bounced),
            new MapPart(9, 2, MapTreatment.Bounced),
            new MapPart(1, 9, MapTreatment.Bounced),
            new MapPart(1, 2, MapTreatment.Remapped));

    private static void AreApart<T>(Func<T, T, (bool Equal, bool Different)> compare, params T[] values)
        where T : struct, IEquatable<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = 0; j < values.Length; j++)
            {
                T left = values[i], right = values[j];
                Assert.Equal((i == j, i != j), compare(left, right));
                Assert.Equal(i == j, left.Equals(right));
                Assert.Equal(i == j, left.Equals((object)right));
                if (i == j) Assert.Equal(left.GetHashCode(), right.GetHashCode());
            }

            Assert.False(values[i].Equals((object?)null));
            Assert.False(values[i].Equals("no such value"));
        }
    }
}
