using System;
using System.Linq;
using Xunit;

namespace Conformance.Tests;

public class OrdersTests
{
    [Fact]
    public void Every_order_is_a_row_and_the_last_row_is_all_of_them()
    {
        using var demo = new DemoRun();
        Assert.Equal(0, demo.Run("orders"));
        Assert.Equal("", demo.Error);
        string[] rows = Rows(demo);
        Assert.Equal(25, rows.Length);
        string[] orders = [.. rows.Take(24).Select((row, i) => $"{i / 6} {string.Join(' ', row.Split(' ').Take(3))}")];
        Assert.Equal(24, orders.Distinct().Count());
        Assert.StartsWith("in any order", rows[^1], StringComparison.Ordinal);
        foreach (string first in new[] { "camera", "display", "codec", "gpu" }) Assert.Contains($" {first} maps, then:", demo.OutputLines());
        Assert.Contains("24 orders end in 5 ways, and in 12 of them", OneLine(demo), StringComparison.Ordinal);
        Assert.Contains("order does not matter then.", OneLine(demo), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default", "camera,display", "display", "Remap Move low, 1 run 1")]
    [InlineData("no-move", "camera,display", "display", "Remap Refused high, 6 runs 0")]
    [InlineData("default", "camera,codec", "codec", "Remap Move low, 6 runs 1")]
    [InlineData("no-move", "camera,codec", "codec", "Remap Bounce high, 6 runs 0")]
    [InlineData("no-bounce", "camera,codec", "codec", "Remap Move low, 6 runs 1")]
    [InlineData("prefer-bounce", "camera,codec", "codec", "Remap Bounce high, 6 runs 0")]
    [InlineData("no-bounce", "gpu,codec", "codec", "Direct Refused high, 6 runs 0")]
    [InlineData("default", "gpu,codec", "codec", "Direct Bounce high, 6 runs 0")]
    public void The_policy_decides_what_is_done_for_who_comes_late(string policy, string devices, string late, string told)
    {
        using var demo = new DemoRun();
        Assert.Equal(0, demo.Run("orders", "--policy", policy, "--devices", devices));
        Assert.Equal($"{late} {told}", Rows(demo)[0]);
    }

    [Fact]
    public void A_refusal_is_explained_once_with_what_helps()
    {
        using var demo = new DemoRun();
        Assert.Equal(0, demo.Run("orders"));
        string[] why = [.. demo.OutputLines().Where(line => line.StartsWith("Why ", StringComparison.Ordinal))];
        Assert.Equal(["Why display is refused in 6 orders (codec mapped first):", "Why display is refused in 6 orders (gpu mapped first):"], why);
        Assert.Equal(["unmap codec", "put gpu's pfns back"], demo.OutputLines().Where(line => line.Contains("what helps", StringComparison.Ordinal)).Select(line => line.Trim()["what helps".Length..].Trim()));
        Assert.Equal(0, demo.Run("orders", "--devices", "camera,gpu"));
        Assert.DoesNotContain("what helps", demo.Output, StringComparison.Ordinal);
        Assert.Contains("nobody is refused", OneLine(demo), StringComparison.Ordinal);
    }

    [Fact]
    public void Redirected_it_is_plain_text_of_80_columns()
    {
        using var demo = new DemoRun();
        foreach (string policy in new[] { "default", "no-move", "no-bounce", "prefer-bounce" })
        {
            Assert.Equal(0, demo.Run("orders", "--policy", policy));
            Assert.DoesNotContain('\u001b', demo.Output);
            Assert.All(demo.OutputLines(), line => Assert.True(line.Length <= 80, line));
            Assert.All(demo.OutputLines(), line => Assert.Equal(line.TrimEnd(), line));
        }
    }

    [Fact]
    public void It_says_the_same_each_time()
    {
        using var demo = new DemoRun();
        Assert.Equal(0, demo.Run("orders"));
        string first = demo.Output;
        Assert.Equal(0, demo.Run("orders", "--devices", "Camera, display,CODEC,gpu", "--policy=DEFAULT"));
        Assert.Equal(first, demo.Output);
    }

    [Theory]
    [InlineData("--devices=printer", "does not know 'printer'")]
    [InlineData("--devices=camera,", "does not know ''")]
    [InlineData("--devices=camera", "one device")]
    [InlineData("--devices=camera,camera", "camera twice")]
    [InlineData("--devices=", "--devices")]
    [InlineData("--policy=maybe", "default|no-move|no-bounce|prefer-bounce")]
    [InlineData("--policy=0", "default|no-move|no-bounce|prefer-bounce")]
    [InlineData("--policy", "--policy")]
    [InlineData("--image=a.png", "--image")]
    [InlineData("bogus", "bogus")]
    public void What_means_nothing_is_refused_in_one_line(string argument, string told)
    {
        using var demo = new DemoRun();
        AssertRefused(demo, demo.Run("orders", argument), told);
    }

    [Theory]
    [InlineData("--out", "x", "orders")]
    [InlineData("--backing", "huge", "orders")]
    [InlineData("--devices", "camera,gpu", "share")]
    public void Options_of_another_command_are_refused(params string[] args)
    {
        using var demo = new DemoRun();
        AssertRefused(demo, demo.Run(args), args[0]);
    }

    private static void AssertRefused(DemoRun demo, int code, string told)
    {
        Assert.Equal(2, code);
        Assert.Equal("", demo.Output);
        string line = Assert.Single(demo.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(told, line, StringComparison.Ordinal);
    }

    /// <summary>The rows of the table that are orders, with single blanks.</summary>
    private static string[] Rows(DemoRun demo)
        => [.. demo.OutputLines().Where(line => line.StartsWith("   ", StringComparison.Ordinal) && char.IsAsciiDigit(line[^1]) && line.Contains("run", StringComparison.Ordinal)).Select(Squeeze)];

    private static string OneLine(DemoRun demo) => Squeeze(demo.Output);

    private static string Squeeze(string text) => string.Join(' ', text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
}
