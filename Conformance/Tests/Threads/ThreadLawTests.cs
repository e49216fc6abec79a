using System;
using Xunit;

namespace Conformance.Tests;

/// <summary>What threads see of each other is what one could have seen.</summary>
public class ThreadLawTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ThreadSubject.Iovas)]
    [InlineData(ThreadSubject.Reservations)]
    [InlineData(ThreadSubject.Slots)]
    [InlineData(ThreadSubject.Tokens)]
    [InlineData(ThreadSubject.Attachments)]
    public void Every_history_is_one_that_a_single_thread_could_have_seen(ThreadSubject subject)
    {
        string? wrong = ThreadLaws.Broken(subject, 300, Seed.Value);
        Assert.True(wrong is null, wrong);
    }

    [Fact]
    public void Everything_at_once_keeps_every_byte()
    {
        SoakResult result = Soak.Run(TimeSpan.FromSeconds(2), 4, Seed.Value);
        output.WriteLine(result.ToString());
        Assert.True(result.What is null, result.What);
        Assert.True(result.Operations > 100, result.ToString());
    }
}
