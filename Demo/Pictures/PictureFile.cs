using System;
using System.IO;
using Drivers;
using SkiaSharp;

namespace Demo;

/// <summary>
/// Pictures in files. Pixels are kept exactly: never premultiplied, no colours converted, and a file that does not decode
/// to its last pixel is refused.
/// </summary>
internal static class PictureFile
{
    internal const long MostPixels = 64_000_000;
    private const long MostBytes = 1L << 30;

    /// <exception cref="InputException">The file is missing, unreadable, truncated, damaged, too large, or no PNG or JPEG picture.</exception>
    internal static Picture Read(string path)
    {
        using SKData data = ReadBytes(path);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null) throw Unreadable(path, data);
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
            throw new InputException($"'{path}' is a {codec.EncodedFormat} picture", "convert it to PNG or JPEG");
        CheckSize(path, codec.Info.Width, codec.Info.Height);

        var format = new PictureFormat(codec.Info.Width, codec.Info.Height);
        using var bitmap = new SKBitmap(InfoOf(format));
        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        bool cutOff = result == SKCodecResult.IncompleteInput || (codec.EncodedFormat == SKEncodedImageFormat.Png && !PngChunks.HasEnd(data.Span));
        if (cutOff) throw new InputException($"'{path}' is truncated: it ends too early", "fetch or save the whole file again");
        return result switch
        {
            SKCodecResult.Success => new Picture(format, bitmap.GetPixelSpan().ToArray()),
            _ => throw new InputException($"'{path}' is damaged ({result})", "fetch or save the file again"),
        };
    }

    internal static void Write(Picture picture, Stream stream)
    {
        using var pixels = SKImage.FromPixelCopy(InfoOf(picture.Format), picture.Pixels, picture.Format.Stride);
        using SKPixmap map = pixels.PeekPixels();
        using SKData png = map.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6))
            ?? throw new InvalidOperationException($"A picture of {picture.Format} could not be encoded.");
        png.SaveTo(stream);
    }

    /// <summary>A smaller picture for the report, as WebP: every pixel the mean of those that it stands for.</summary>
    internal static byte[] Thumbnail(Picture picture, int width)
    {
        PictureFormat format = picture.Format;
        using var image = SKImage.FromPixelCopy(InfoOf(format), picture.Pixels, format.Stride);
        double scale = Math.Min(1, (double)width / Math.Max(format.Width, format.Height));
        var size = new SKImageInfo(Math.Max(1, (int)(format.Width * scale)), Math.Max(1, (int)(format.Height * scale)), SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var small = new SKBitmap(size);
        image.ScalePixels(small.PeekPixels(), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using SKData webp = small.Encode(SKEncodedImageFormat.Webp, 88);
        return webp.ToArray();
    }

    private static SKImageInfo InfoOf(PictureFormat format) => new(format.Width, format.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);

    private static SKData ReadBytes(string path)
    {
        const string Remedy = "give a PNG or JPEG file that can be read with --image";
        if (string.IsNullOrWhiteSpace(path)) throw new InputException("--image names no file", Remedy);
        if (Directory.Exists(path)) throw new InputException($"'{path}' is a folder", Remedy);
        try
        {
            // The length is looked at before the file is opened: opening a pipe would wait for its other end.
            var file = new FileInfo(path);
            if (!file.Exists) throw new InputException($"there is no file '{path}'", Remedy);
            if (file.Length == 0) throw new InputException($"'{path}' is empty", Remedy);
            if (file.Length > MostBytes) throw new InputException($"'{path}' has {file.Length} bytes, more than {MostBytes}", "give a smaller file");
            return SKData.CreateCopy(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message.TrimEnd('.')}", Remedy);
        }
    }

    private static void CheckSize(string path, long width, long height)
    {
        if (width < 1 || height < 1) throw new InputException($"'{path}' is {width} x {height} pixels", "give a picture with at least one pixel");
        if (width * height > MostPixels)
            throw new InputException($"'{path}' is {width} x {height} pixels, more than {MostPixels / 1_000_000} million", "scale it down");
    }

    /// <summary>Why the decoder would not even begin.</summary>
    private static InputException Unreadable(string path, SKData data)
    {
        if (PngChunks.IsPng(data.Span))
        {
            if (PngChunks.TryReadSize(data.Span, out uint width, out uint height)) CheckSize(path, width, height);
            return new InputException($"'{path}' begins like a PNG picture, but is truncated or damaged", "fetch or save the file again");
        }

        return data.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
            ? new InputException($"'{path}' begins like a JPEG picture, but is truncated or damaged", "fetch or save the file again")
            : new InputException($"'{path}' is no PNG or JPEG picture", "give one with --image");
    }
}
