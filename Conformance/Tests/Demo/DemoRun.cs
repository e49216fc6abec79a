using System;
using System.IO;
using System.Linq;
using Demo;
using SkiaSharp;

namespace Conformance.Tests;

/// <summary>The demo, run in a folder of its own that goes away afterwards.</summary>
internal sealed class DemoRun : IDisposable
{
    internal DemoRun() => Directory.CreateDirectory(Folder);

    internal string Folder { get; } = Path.Combine(Path.GetTempPath(), "pfn-dma-" + Guid.NewGuid().ToString("n"));

    internal string Out => Path.Combine(Folder, "results", "out");

    internal string Output { get; private set; } = "";

    internal string Error { get; private set; } = "";

    internal string FileOf(string name, byte[] content)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Runs with the given arguments alone.</summary>
    internal int Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = DemoCommand.Run(args, output, error);
        (Output, Error) = (output.ToString(), error.ToString());
        return code;
    }

    /// <summary>Runs with results going to <see cref="Out"/>.</summary>
    internal int RunToOut(params string[] args) => Run([.. args, "--out", Out]);

    internal string[] OutputLines() => [.. Output.Split('\n').Select(line => line.TrimEnd('\r'))];

    /// <summary>What display.png holds, decoded without the demo's help.</summary>
    internal byte[] DisplayedPixels()
    {
        using SKBitmap bitmap = Decode(File.ReadAllBytes(Path.Combine(Out, "display.png")));
        return bitmap.GetPixelSpan().ToArray();
    }

    internal static SKBitmap Decode(byte[] file)
    {
        using var codec = SKCodec.Create(SKData.CreateCopy(file));
        var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success) throw new InvalidDataException("not decoded");
        return bitmap;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
