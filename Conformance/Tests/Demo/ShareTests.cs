using System;
using System.IO;
using System.Linq;
using Demo;
using SkiaSharp;
using Xunit;

namespace Conformance.Tests;

public class ShareTests
{
    [Theory]
    [InlineData("scattered")]
    [InlineData("contiguous")]
    [InlineData("huge")]
    public void The_bundled_picture_survives(string backing)
    {
        using var demo = new DemoRun();
        Assert.Equal(0, demo.RunToOut("share", "--backing", backing));
        Assert.Contains("pixels identical: yes", demo.OutputLines());
        Assert.Equal("", demo.Error);
        Assert.Equal(["display.png", "report.html"], Directory.GetFileSystemEntries(demo.Out).Select(path => Path.GetFileName(path)!).Order());
    }

    [Theory]
    [InlineData("scattered", "pfn")]
    [InlineData("scattered", "sync")]
    [InlineData("scattered", "boundary")]
    [InlineData("contiguous", "pfn")]
    [InlineData("contiguous", "sync")]
    [InlineData("contiguous", "boundary")]
    [InlineData("huge", "pfn")]
    [InlineData("huge", "sync")]
    [InlineData("huge", "boundary")]
    public void A_planted_fault_is_seen(string backing, string fault)
    {
        using var demo = new DemoRun();
        Assert.Equal(1, demo.RunToOut("--backing", backing, "--break", fault));
        Assert.Contains("pixels identical: no", demo.OutputLines());
        Assert.DoesNotContain("pixels identical: yes", demo.OutputLines());
        Assert.True(File.Exists(Path.Combine(demo.Out, "display.png")));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(333, 217)]
    [InlineData(1, 3000)]
    [InlineData(1024, 1)]
    public void Pixels_with_alpha_survive_to_the_last_bit(int width, int height)
    {
        byte[] pixels = new byte[width * height * 4];
        new Random(width).NextBytes(pixels);
        pixels[3] = 0;
        using var demo = new DemoRun();
        string file = demo.FileOf("in.png", PngWriter.Of(width, height, 8, 6, pixels));
        foreach (string backing in new[] { "scattered", "contiguous", "huge" })
        {
            Assert.Equal(0, demo.RunToOut("share", "--image", file, "--backing", backing));
            Assert.Equal(pixels, demo.DisplayedPixels());
        }
    }

    [Theory]
    [InlineData(8, 0, 201)]
    [InlineData(8, 2, 603)]
    [InlineData(8, 4, 402)]
    [InlineData(16, 0, 402)]
    [InlineData(16, 2, 1206)]
    [InlineData(16, 6, 1608)]
    [InlineData(1, 0, 26)]
    public void Every_kind_of_png_survives(int depth, int colourType, int stride)
    {
        using var demo = new DemoRun();
        byte[] content = PngWriter.Random(201, 67, depth, colourType, stride);
        Assert.Equal(0, demo.RunToOut("share", "--image", demo.FileOf("in.png", content)));
        using SKBitmap expected = DemoRun.Decode(content);
        Assert.Equal(expected.GetPixelSpan().ToArray(), demo.DisplayedPixels());
    }

    [Fact]
    public void A_jpeg_photograph_survives()
    {
        using var demo = new DemoRun();
        byte[] content = Jpeg();
        Assert.Equal(0, demo.RunToOut("share", "--image", demo.FileOf("in.jpg", content)));
        using SKBitmap expected = DemoRun.Decode(content);
        Assert.Equal(expected.GetPixelSpan().ToArray(), demo.DisplayedPixels());
    }

    [Fact]
    public void The_report_needs_nothing_but_itself()
    {
        using var demo = new DemoRun();
        Assert.Equal(0, demo.RunToOut());
        string report = File.ReadAllText(Path.Combine(demo.Out, "report.html"));
        Assert.Contains("<svg", report, StringComparison.Ordinal);
        foreach (string outside in new[] { "http:", "https:", "<script", "<link", "@import", "src=\"/" })
            Assert.DoesNotContain(outside, report, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_name_that_looks_like_markup_is_shown_as_it_is()
    {
        using var demo = new DemoRun();
        Assert.Equal(0, demo.RunToOut("share", "--image", demo.FileOf("<b>[red]&.png", PngWriter.Random(5, 5, 8, 6, 20))));
        Assert.Contains("<b>[red]&.png", demo.Output, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;[red]&amp;.png", File.ReadAllText(Path.Combine(demo.Out, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_second_run_takes_the_place_of_the_first()
    {
        using var demo = new DemoRun();
        Assert.Equal(0, demo.RunToOut("share", "--image", demo.FileOf("a.png", PngWriter.Random(9, 9, 8, 6, 36))));
        byte[] first = File.ReadAllBytes(Path.Combine(demo.Out, "display.png"));
        Assert.Equal(0, demo.RunToOut("share", "--image", demo.FileOf("b.png", PngWriter.Random(8, 9, 8, 6, 32))));
        Assert.NotEqual(first, File.ReadAllBytes(Path.Combine(demo.Out, "display.png")));
        Assert.Equal(2, Directory.GetFileSystemEntries(demo.Out).Length);
    }

    [Fact]
    public void Scattered_memory_makes_the_processors_mapping_a_mixture()
    {
        Picture picture = new(new Drivers.PictureFormat(640, 480), new byte[640 * 480 * 4]);
        ShareOutcome outcome = SharePipeline.Run(picture, Backing.Scattered, Fault.None);
        (DeviceResult camera, DeviceResult processor, DeviceResult display) = (outcome.Devices[0], outcome.Devices[1], outcome.Devices[2]);
        Assert.InRange(processor.BouncedBytes, 1, processor.Bytes - 1);
        Assert.Contains(processor.Transfers, window => window.BouncedBytes > 0 && window.BouncedBytes < window.Length);
        Assert.Equal(1, display.SegmentCount);
        Assert.True(camera.SegmentCount > 1 && camera.PhysicalRuns > camera.SegmentCount);
    }

    /// <summary>A photograph-like picture: gradients with some noise, compressed with loss.</summary>
    internal static byte[] Jpeg()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(403, 301, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var random = new Random(3);
        for (int y = 0; y < bitmap.Height; y++)
        {
            for (int x = 0; x < bitmap.Width; x++) bitmap.SetPixel(x, y, new SKColor((byte)(x / 2), (byte)(y / 2), (byte)random.Next(256)));
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        return data.ToArray();
    }
}
