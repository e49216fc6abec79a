using System;
using System.IO;
using Xunit;

namespace Conformance.Tests;

public class BadInputTests
{
    [Theory]
    [InlineData("text", "no PNG or JPEG picture")]
    [InlineData("empty", "is empty")]
    [InlineData("half a png", "truncated")]
    [InlineData("a png without its end", "truncated")]
    [InlineData("a png without its last bytes", "truncated")]
    [InlineData("a png's signature", "truncated")]
    [InlineData("half a jpeg", "truncated")]
    [InlineData("most of a jpeg", "truncated")]
    [InlineData("a jpeg without its last bytes", "truncated")]
    [InlineData("a jpeg's signature", "truncated")]
    [InlineData("a damaged png", "damaged")]
    [InlineData("100000 x 100000", "100000 x 100000 pixels, more than 64 million")]
    [InlineData("9000 x 9000", "9000 x 9000 pixels, more than 64 million")]
    [InlineData("a side of nothing", "0 x 5 pixels")]
    [InlineData("a gif", "is a Gif picture")]
    public void A_file_that_is_no_whole_picture_is_refused(string kind, string told)
    {
        using var demo = new DemoRun();
        string file = demo.FileOf("in.png", ContentOf(kind));
        AssertRefused(demo, demo.RunToOut("share", "--image", file), told);
    }

    [Theory]
    [InlineData("no-such-file.png", "there is no file")]
    [InlineData("", "is a folder")]
    public void A_path_that_leads_to_no_file_is_refused(string name, string told)
    {
        using var demo = new DemoRun();
        AssertRefused(demo, demo.RunToOut("share", "--image", Path.Combine(demo.Folder, name)), told);
    }

    [Theory]
    [InlineData("--bogus", "--bogus")]
    [InlineData("bogus", "bogus")]
    [InlineData("@bogus", "@bogus")]
    [InlineData("[suggest]", "[suggest]")]
    [InlineData("--image", "--image")]
    [InlineData("--backing", "--backing")]
    [InlineData("--backing=round", "scattered|contiguous|huge")]
    [InlineData("--backing=1", "scattered|contiguous|huge")]
    [InlineData("--break=everything", "pfn|sync|boundary")]
    [InlineData("--break=none", "pfn|sync|boundary")]
    [InlineData("--out=", "--out")]
    [InlineData("--image=", "--image")]
    public void Arguments_that_mean_nothing_are_refused(string argument, string told)
    {
        using var demo = new DemoRun();
        AssertRefused(demo, demo.Run(argument), told);
    }

    [Theory]
    [InlineData("a file in its place")]
    [InlineData("a file on its way")]
    [InlineData("a result's name taken by a folder")]
    [InlineData("a place where nothing can be made")]
    public void An_out_folder_that_cannot_be_written_is_refused(string kind)
    {
        using var demo = new DemoRun();
        string file = demo.FileOf("file", [1]);
        string taken = Path.Combine(demo.Folder, "taken");
        Directory.CreateDirectory(Path.Combine(taken, "report.html"));
        string folder = kind switch
        {
            "a file in its place" => file,
            "a file on its way" => Path.Combine(file, "out"),
            "a result's name taken by a folder" => taken,
            _ => OperatingSystem.IsWindows() ? "nul\\x" : "/proc/self/nothing",
        };
        AssertRefused(demo, demo.Run("--out", folder), "cannot be written");
        Assert.Equal([1], File.ReadAllBytes(file));
        Assert.Equal("report.html", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(taken))));
    }

    [Theory]
    [InlineData("pfn")]
    [InlineData("boundary")]
    public void A_fault_that_finds_no_place_is_refused(string fault)
    {
        using var demo = new DemoRun();
        string file = demo.FileOf("in.png", PngWriter.Random(3, 3, 8, 6, 12));
        AssertRefused(demo, demo.RunToOut("share", "--image", file, "--break", fault), "--break " + fault);
    }

    [Fact]
    public void Results_of_an_earlier_run_are_left_alone()
    {
        using var demo = new DemoRun();
        Directory.CreateDirectory(demo.Out);
        string earlier = Path.Combine(demo.Out, "display.png");
        File.WriteAllText(earlier, "earlier");
        Assert.Equal(2, demo.RunToOut("share", "--image", demo.FileOf("in.png", ContentOf("half a png"))));
        Assert.Equal(2, demo.RunToOut("share", "--break", "pfn", "--image", demo.FileOf("in.png", PngWriter.Random(3, 3, 8, 6, 12))));
        Assert.Equal("earlier", File.ReadAllText(earlier));
        Assert.Single(Directory.GetFileSystemEntries(demo.Out));
    }

    private static void AssertRefused(DemoRun demo, int code, string told)
    {
        Assert.Equal(2, code);
        Assert.Equal("", demo.Output);
        string line = Assert.Single(demo.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.Contains(';', line);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(demo.Out)), "folders were left behind");
    }

    private static byte[] ContentOf(string kind)
    {
        byte[] png = PngWriter.Random(120, 90, 8, 6, 480);
        byte[] jpeg = ShareTests.Jpeg();
        return kind switch
        {
            "text" => "hello\n"u8.ToArray(),
            "empty" => [],
            "half a png" => png[..(png.Length / 2)],
            "a png without its end" => png[..^12],
            "a png without its last bytes" => png[..^1],
            "a png's signature" => png[..8],
            "half a jpeg" => jpeg[..(jpeg.Length / 2)],
            "most of a jpeg" => jpeg[..^200],
            "a jpeg without its last bytes" => jpeg[..^3],
            "a jpeg's signature" => jpeg[..4],
            "a damaged png" => [.. png[..1000], (byte)(png[1000] ^ 255), .. png[1001..]],
            "100000 x 100000" => PngWriter.Of(100_000, 100_000, 8, 6, []),
            "9000 x 9000" => PngWriter.Of(9000, 9000, 8, 6, []),
            "a side of nothing" => PngWriter.Of(0, 5, 8, 6, []),
            "a gif" => Convert.FromHexString("47494638396101000100800000ff0000ffffff21f90400000000002c00000000010001000002024401003b"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such file"),
        };
    }
}
