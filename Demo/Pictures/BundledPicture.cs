using System;
using System.Threading.Tasks;
using Drivers;

namespace Demo;

/// <summary>
/// The picture that the demo brings: a mountain lake at dusk over a test card, computed pixel by pixel, so that it is the same
/// everywhere and needs no font. It is odd in size on purpose (no line ends where a page does), and has what goes wrong
/// visibly: gradients, noise, lines one pixel wide, a fractal, text, and every value of alpha.
/// </summary>
internal static class BundledPicture
{
    internal const int Width = 1021;
    internal const int Height = 683;

    internal static Picture Render()
    {
        var format = new PictureFormat(Width, Height);
        byte[] pixels = new byte[format.Length];
        Parallel.For(0, Height, y =>
        {
            Span<byte> line = pixels.AsSpan(y * format.Stride, format.Stride);
            for (int x = 0; x < Width; x++)
            {
                Rgba colour = y >= TestCard.Top ? TestCard.At(x, y) : Landscape.At(x, y);
                colour.Store(line[(x * PictureFormat.BytesPerPixel)..]);
            }
        });
        return new Picture(format, pixels);
    }
}
