using System;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The copies over any memory; each runs over the emulated machine and over the example of the documentation.</summary>
public class PhysicalMemoryTests
{
    private const int Size = 5 << 20;

    public static TheoryData<string> Memories => ["machine", "guest"];

    private static IPhysicalMemory Make(string memory)
        => memory == "guest" ? new GuestRam(new byte[Size]) : new EmulatedMachine(new MemoryRegion(default, Size, MemoryKind.PageBacked));

    private static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] ReadAll(IPhysicalMemory memory)
    {
        var bytes = new byte[Size];
        memory.Read(default, bytes);
        return bytes;
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void What_is_written_is_read(string name)
    {
        IPhysicalMemory memory = Make(name);
        byte[] bytes = Noise(3 << 20);
        memory.Write(new PhysicalAddress(12345), bytes);
        byte[] all = ReadAll(memory);
        Assert.True(all.AsSpan(12345, bytes.Length).SequenceEqual(bytes));
        Assert.True(all.AsSpan(0, 12345).IndexOfAnyExcept((byte)0) < 0);
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void Fill_and_clear_touch_their_range_only(string name)
    {
        IPhysicalMemory memory = Make(name);
        memory.Fill(default, Size, 9);
        memory.Clear(new PhysicalAddress(100), 4 << 20);
        byte[] all = ReadAll(memory);
        Assert.Equal(100, all.AsSpan().IndexOf((byte)0));
        Assert.Equal((4 << 20) + 99, all.AsSpan().LastIndexOf((byte)0));
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void Overlapping_copies_are_as_if_read_first(string name)
    {
        IPhysicalMemory memory = Make(name);
        byte[] expected = Noise(Size);
        memory.Write(default, expected);
        foreach ((int from, int to, int length) in new[] { (0, 1, 3 << 20), (5, 4099, 2 << 20), (70000, 33, 4 << 20), (10, 10, 500), (0, 3 << 20, 1 << 20) })
        {
            memory.Copy(new PhysicalAddress((ulong)from), new PhysicalAddress((ulong)to), length);
            expected.AsSpan(from, length).ToArray().CopyTo(expected, to);
            Assert.True(ReadAll(memory).AsSpan().SequenceEqual(expected));
        }
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void A_view_is_read_and_written_in_the_order_of_its_frames(string name)
    {
        IPhysicalMemory memory = Make(name);
        var view = new PfnView([new Pfn(7), new Pfn(8), new Pfn(2), new Pfn(40)], PageSize.Size4K, offset: 100, length: 15000);
        byte[] bytes = Noise(14000);
        memory.Write(view, 500, bytes);

        var back = new byte[14000];
        memory.Read(view, 500, back);
        Assert.Equal(bytes, back);
        for (int i = 0; i < bytes.Length; i += 777) Assert.Equal(bytes[i], memory.Access(view.AddressAt(500 + i), 1)[0]);
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void Ranges_that_leave_the_memory_throw(string name)
    {
        IPhysicalMemory memory = Make(name);
        var end = new PhysicalAddress(Size - 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Write(end, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Read(new PhysicalAddress(ulong.MaxValue - 9), new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Clear(default, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Copy(default, end, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Read(new PfnView([new Pfn(0)], PageSize.Size4K), 4090, new byte[7]));
        memory.Write(end, new byte[10]);
        memory.Read(new PhysicalAddress(ulong.MaxValue), default);
    }

    [Fact]
    public void Without_a_memory_nothing_is_read_written_filled_or_copied()
    {
        IPhysicalMemory none = null!;
        var view = new PfnView([new Pfn(0)], PageSize.Size4K).Frames.ToArray();
        Assert.Throws<ArgumentNullException>("memory", () => none.Read(default(PhysicalAddress), new byte[1]));
        Assert.Throws<ArgumentNullException>("memory", () => none.Write(default(PhysicalAddress), new byte[1]));
        Assert.Throws<ArgumentNullException>("memory", () => none.Read(new PfnView(view, PageSize.Size4K), 0, new byte[1]));
        Assert.Throws<ArgumentNullException>("memory", () => none.Write(new PfnView(view, PageSize.Size4K), 0, new byte[1]));
        Assert.Throws<ArgumentNullException>("memory", () => none.Fill(default, 1, 1));
        Assert.Throws<ArgumentNullException>("memory", () => none.Clear(default, 1));
        Assert.Throws<ArgumentNullException>("memory", () => none.Copy(default, default, 1));
        Assert.Throws<ArgumentNullException>("memory", () => none.Copy(default, default, 0));
        Assert.Throws<ArgumentNullException>("memory", () => none.Read(default(PhysicalAddress), default));
        Assert.Throws<ArgumentNullException>("memory", () => none.Write(new PfnView(view, PageSize.Size4K), 0, default));
        Assert.Throws<ArgumentNullException>("memory", () => none.Read(new PfnView(view, PageSize.Size4K), 0, default));
    }

    [Fact]
    public void What_is_too_long_is_told_of_the_parameter_that_it_is_of()
    {
        IPhysicalMemory memory = Make("machine");
        Pfn[] frames = [new Pfn(0)];
        var top = new PhysicalAddress(ulong.MaxValue - 9);
        Assert.Throws<ArgumentOutOfRangeException>("destination", () => memory.Read(top, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>("source", () => memory.Write(top, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => memory.Fill(top, 11, 1));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => memory.Fill(default, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => memory.Copy(top, default, 11));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => memory.Copy(default, top, 11));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => memory.Copy(default, default, -1));
        Assert.Throws<ArgumentOutOfRangeException>("destination", () => memory.Read(new PfnView(frames, PageSize.Size4K), 4090, new byte[7]));
        Assert.Throws<ArgumentOutOfRangeException>("source", () => memory.Write(new PfnView(frames, PageSize.Size4K), 4096, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>("destination", () => memory.Read(new PfnView(frames, PageSize.Size4K), 0, new byte[4097]));
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => memory.Read(new PfnView(frames, PageSize.Size4K), -1, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => memory.Read(new PfnView(frames, PageSize.Size4K), 4097, new byte[1]));
        memory.Read(new PfnView(frames, PageSize.Size4K), 4096, default);
        memory.Read(new PfnView(frames, PageSize.Size4K), 0, new byte[4096]);

        // Absent memory says so itself, where the range ends with the last byte there is.
        Assert.Throws<ArgumentOutOfRangeException>("address", () => memory.Read(top, new byte[10]));
        Assert.Throws<ArgumentOutOfRangeException>("address", () => memory.Copy(top, default, 10));
        Assert.Throws<ArgumentOutOfRangeException>("address", () => memory.Copy(default, top, 10));
    }

    [Theory]
    [MemberData(nameof(Memories))]
    public void Every_address_has_a_region_that_contains_it(string name)
    {
        IPhysicalMemory memory = Make(name);
        foreach (ulong address in new ulong[] { 0, 1, Size - 1, Size, 1UL << 63, ulong.MaxValue })
            Assert.True(memory.RegionAt(new PhysicalAddress(address)).Contains(new PhysicalAddress(address)));
        Assert.Equal(MemoryKind.PageBacked, memory.RegionAt(new PhysicalAddress(Size - 1)).Kind);
        Assert.Equal(MemoryKind.Absent, memory.RegionAt(new PhysicalAddress(Size)).Kind);
    }
}
