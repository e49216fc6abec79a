using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What a pool cannot be, and whose it is.</summary>
public class PoolOptionsTests
{
    private const long Slot = PoolRig.Slot;
    private const long Limit = 1L << 42;

    [Theory]
    [InlineData("Length", 0, 0, 0)]
    [InlineData("Length", -4096, 0, 0)]
    [InlineData("Length", 4097, 0, 0)]
    [InlineData("Length", Limit + 4096, 0, 0)]
    [InlineData("MostLength", 8192, 4096, 0)]
    [InlineData("MostLength", 4096, 8191, 0)]
    [InlineData("MostLength", 4096, -4096, 0)]
    [InlineData("MostLength", 4096, Limit + 4096, 0)]
    [InlineData("GrowBy", 4096, 8192, 1)]
    [InlineData("GrowBy", 4096, 8192, -4096)]
    [InlineData("GrowBy", 4096, 8192, Limit + 4096)]
    public void A_length_that_cannot_be_is_refused(string name, long length, long most, long growBy)
    {
        var source = new FrameAllocator(default, 64 * Slot);
        var options = new BouncePoolOptions { Length = length, MostLength = most, GrowBy = growBy };
        ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new BouncePool(RigMemory.Create(), source, options));
        long value = name == "Length" ? length : name == "MostLength" ? most : growBy;
        Assert.Equal((value, name), (thrown.ActualValue, thrown.ParamName));
        Assert.Contains("2^42", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(64, source.FreeFrames);
    }

    [Fact]
    public void A_source_without_such_a_range_is_told_with_what_it_has()
    {
        var source = new FrameAllocator(default, 64 * Slot);
        Assert.True(source.TryAllocate(10, default, out _));
        string told = Assert.Throws<InvalidOperationException>(() => new BouncePool(RigMemory.Create(), source, 64 * Slot)).Message;
        Assert.Contains($"{64 * Slot}", told, StringComparison.Ordinal);
        Assert.Contains($"{54 * Slot}", told, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("options", () => new BouncePool(RigMemory.Create(), source, null!));
        Assert.Throws<ArgumentNullException>("source", () => new BouncePool(RigMemory.Create(), null!, Slot));
        Assert.Throws<ArgumentNullException>("memory", () => new BouncePool(null!, source, Slot));
    }

    [Fact]
    public void A_pool_for_one_device_serves_no_other()
    {
        PoolRig rig = new(1);
        DmaDevice one = rig.Device(name: "one"), other = rig.Device(name: "other");
        var pool = new BouncePool(rig.Memory, new FrameAllocator(new PhysicalAddress(RigMemory.StartOf(HomeArea.Below)), 8 * Slot), new BouncePoolOptions { Length = 8 * Slot, Device = one });
        Assert.Same(one, pool.Device);
        string told = Assert.Throws<ArgumentException>("pool", () => new BounceMapper(new DirectMapper(other), pool)).Message;
        Assert.Contains("one", told, StringComparison.Ordinal);
        Assert.Contains("other", told, StringComparison.Ordinal);
        Assert.True(PoolRig.Try(new BounceMapper(new DirectMapper(one), pool), PoolRig.High(0, 8)).IsMapped);
    }

    [Theory]
    [InlineData(MemoryProtection.None, MemoryProtection.Shared)]
    [InlineData(MemoryProtection.None, MemoryProtection.Private)]
    [InlineData(MemoryProtection.Shared, MemoryProtection.None)]
    [InlineData(MemoryProtection.Shared, MemoryProtection.Private)]
    [InlineData(MemoryProtection.Private, MemoryProtection.None)]
    [InlineData(MemoryProtection.Private, MemoryProtection.Shared)]
    public void A_device_uses_no_pool_of_memory_that_is_protected_otherwise(MemoryProtection ofPool, MemoryProtection ofDevice)
    {
        var memory = RigMemory.Create();
        var pool = new BouncePool(memory, new FrameAllocator(new PhysicalAddress(RigMemory.Pool), 8 * Slot), new BouncePoolOptions { Length = 8 * Slot, Protection = ofPool });
        var stranger = new DmaDevice("stranger", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) }) { Protection = ofDevice };
        string told = Assert.Throws<ArgumentException>("pool", () => new BounceMapper(new DirectMapper(stranger), pool)).Message;
        Assert.Contains($"memory is {ofPool}", told, StringComparison.Ordinal);
        Assert.Contains($"memory that is {ofDevice}", told, StringComparison.Ordinal);
        Assert.Contains("stranger", told, StringComparison.Ordinal);
        var friend = new DmaDevice("friend", new RequesterId(1), new DmaConstraints { Window = DmaWindow.OfBits(32) }) { Protection = ofPool };
        Assert.True(PoolRig.Try(new BounceMapper(new DirectMapper(friend), pool), PoolRig.High(0, 8)).IsMapped);
    }
}
