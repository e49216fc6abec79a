using System;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>How a fault reads, and how many a log may keep.</summary>
public class DmaFaultTests
{
    [Theory]
    [InlineData(MemoryAccess.Write, "00:02.0 write at 0x1000: NotMapped")]
    [InlineData(MemoryAccess.Read, "00:02.0 read at 0x1000: NotMapped")]
    public void It_says_who_where_what_for_and_why(MemoryAccess access, string text)
        => Assert.Equal(text, new DmaFault(new RequesterId(0, 2, 0), new DmaAddress(0x1000), access, FaultReason.NotMapped).ToString());

    [Fact]
    public void The_default_value_is_none() => Assert.Equal("no fault", default(DmaFault).ToString());

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public void A_log_may_keep_so_many(int capacity)
    {
        var log = new FaultLog(capacity);
        Assert.Equal(0, log.Count);
        Assert.Empty(log.Recent());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((1 << 20) + 1)]
    [InlineData(int.MaxValue)]
    public void A_log_may_not_keep_so_many(int capacity) => Assert.Equal("capacity", Assert.Throws<ArgumentOutOfRangeException>(() => new FaultLog(capacity)).ParamName);
}
