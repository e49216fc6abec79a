using System;

namespace Drivers;

/// <summary>
/// What the processor does to a picture: it turns the colours round (red gets green, green gets blue, blue gets red) and
/// lays a woven pattern over them by exclusive or. Every step is a bijection of the 32 bits of a pixel that depends on where
/// the pixel is, so the picture can be had back exactly, and bytes that end up elsewhere do not go unnoticed. Alpha stays.
/// </summary>
public static class Weave
{
    /// <summary>Transforms pixels in place.</summary>
    /// <param name="pixels">Whole pixels, four bytes each.</param>
    /// <param name="firstPixel">Index in the picture of the first of them.</param>
    /// <param name="width">Pixels in a line of the picture.</param>
    /// <exception cref="ArgumentException">A pixel is not whole.</exception>
    public static void Apply(Span<byte> pixels, long firstPixel, int width)
    {
        Check(pixels);
        (long y, long x) = Math.DivRem(firstPixel, width);
        for (int i = 0; i < pixels.Length; i += PictureFormat.BytesPerPixel)
        {
            byte thread = ThreadAt(x, y);
            byte red = pixels[i];
            pixels[i] = (byte)(pixels[i + 1] ^ thread);
            pixels[i + 1] = (byte)(pixels[i + 2] ^ thread);
            pixels[i + 2] = (byte)(red ^ thread);
            Step(ref x, ref y, width);
        }
    }

    /// <summary>Undoes <see cref="Apply"/>.</summary>
    /// <inheritdoc cref="Apply"/>
    public static void Invert(Span<byte> pixels, long firstPixel, int width)
    {
        Check(pixels);
        (long y, long x) = Math.DivRem(firstPixel, width);
        for (int i = 0; i < pixels.Length; i += PictureFormat.BytesPerPixel)
        {
            byte thread = ThreadAt(x, y);
            byte blue = pixels[i + 1];
            pixels[i + 1] = (byte)(pixels[i] ^ thread);
            pixels[i] = (byte)(pixels[i + 2] ^ thread);
            pixels[i + 2] = (byte)(blue ^ thread);
            Step(ref x, ref y, width);
        }
    }

    /// <summary>The pattern: x xor y makes the weave, the product in the low bits keeps it from repeating every few lines.</summary>
    private static byte ThreadAt(long x, long y) => (byte)(((x ^ y) & 0x3C) ^ (((x * 7) + (y * 13) + (y >> 5)) & 3));

    private static void Step(ref long x, ref long y, int width)
    {
        if (++x < width) return;
        x = 0;
        y++;
    }

    private static void Check(ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length % PictureFormat.BytesPerPixel != 0) throw new ArgumentException($"{pixels.Length} bytes are no whole pixels", nameof(pixels));
    }
}
