using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class BusPortTests
{
    [Fact]
    public void An_access_past_the_last_address_does_not_go_on_at_0()
    {
        var memory = new SparseMemory((0, MemoryKind.PageBacked));
        var device = new DmaDevice("d", new RequesterId(3));
        BusPort port = BusPort.Direct(device, memory);
        var bytes = new byte[8];
        Assert.True(port.TryRead(new DmaAddress(ulong.MaxValue - 7), bytes, out _));
        Assert.False(port.TryRead(new DmaAddress(ulong.MaxValue - 6), bytes, out DmaFault read));
        Assert.False(port.TryWrite(new DmaAddress(ulong.MaxValue - 6), bytes, out DmaFault write));
        Assert.Equal((FaultReason.BeyondDevice, MemoryAccess.Read), (read.Reason, read.Access));
        Assert.Equal((FaultReason.BeyondDevice, MemoryAccess.Write), (write.Reason, write.Access));
        Assert.Equal(2, port.Faults.Count);
        Assert.Equal(0xAA, memory.Access(default, 1)[0]);
    }

    [Fact]
    public void A_device_reaches_what_its_lines_and_the_memory_allow()
    {
        SparseMemory memory = RigMemory.Create();
        var device = new DmaDevice("d", new RequesterId(3), new DmaConstraints { Window = DmaWindow.OfBits(32) });
        BusPort port = BusPort.Direct(device, memory, busOffset: 0x1000_0000);
        Assert.True(port.TryRead(new DmaAddress(0x1000_0000), new byte[1], out _));
        Assert.False(port.TryRead(new DmaAddress(0x0FFF_FFFF), new byte[1], out DmaFault below));
        Assert.Equal(FaultReason.NoMemory, below.Reason);
        Assert.False(port.TryRead(new DmaAddress(0xFFFF_FFFF), new byte[2], out DmaFault above));
        Assert.Equal((FaultReason.BeyondDevice, 0x1_0000_0000ul), (above.Reason, above.Address.Value));
        Assert.False(BusPort.Direct(new DmaDevice("e", new RequesterId(4)), memory).TryRead(new DmaAddress(1ul << 54), new byte[1], out DmaFault absent));
        Assert.Equal(FaultReason.NoMemory, absent.Reason);
    }

    [Fact]
    public void Protected_memory_faults_for_a_device_that_is_not_trusted()
    {
        SparseMemory memory = RigMemory.Create();
        var stranger = new DmaDevice("stranger", new RequesterId(3)) { IsTrusted = false };
        Assert.False(BusPort.Direct(stranger, memory).TryRead(new DmaAddress(RigMemory.StartOf(HomeArea.Protected)), new byte[1], out DmaFault fault));
        Assert.Equal(FaultReason.Protected, fault.Reason);
        Assert.True(BusPort.Direct(new DmaDevice("friend", new RequesterId(4)), memory).TryRead(new DmaAddress(RigMemory.StartOf(HomeArea.Protected)), new byte[1], out _));
    }
}
