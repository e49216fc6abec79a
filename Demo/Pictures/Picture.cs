using System;
using Drivers;

namespace Demo;

/// <summary>A picture in memory: red, green, blue and alpha of each pixel, not premultiplied.</summary>
/// <param name="Format">Its size.</param>
/// <param name="Pixels">Its bytes, line by line.</param>
public sealed record Picture(PictureFormat Format, byte[] Pixels)
{
    /// <summary>Whether both have the same size and every byte is the same.</summary>
    /// <param name="other">The other picture.</param>
    public bool SamePixelsAs(Picture other)
        => Format == other.Format && Pixels.AsSpan().SequenceEqual(other.Pixels);

    /// <summary>Pixels that differ in any byte, of two pictures of one size.</summary>
    /// <param name="other">The other picture.</param>
    public int CountDifferences(Picture other)
    {
        ReadOnlySpan<byte> mine = Pixels, theirs = other.Pixels;
        int count = 0;
        for (int i = 0; i < mine.Length; i += PictureFormat.BytesPerPixel)
        {
            if (!mine.Slice(i, PictureFormat.BytesPerPixel).SequenceEqual(theirs.Slice(i, PictureFormat.BytesPerPixel))) count++;
        }

        return count;
    }

    /// <summary>A picture of what differs: those pixels red, the others pale, for people to see where a fault struck.</summary>
    /// <param name="other">The other picture, of the same size.</param>
    public Picture ShowDifferences(Picture other)
    {
        byte[] shown = new byte[Pixels.Length];
        for (int i = 0; i < shown.Length; i += PictureFormat.BytesPerPixel)
        {
            Span<byte> pixel = shown.AsSpan(i, PictureFormat.BytesPerPixel);
            bool same = Pixels.AsSpan(i, PictureFormat.BytesPerPixel).SequenceEqual(other.Pixels.AsSpan(i, PictureFormat.BytesPerPixel));
            byte pale = (byte)(190 + ((Pixels[i] + Pixels[i + 1] + Pixels[i + 2]) / 12));
            (pixel[0], pixel[1], pixel[2], pixel[3]) = same ? (pale, pale, pale, (byte)255) : ((byte)214, (byte)33, (byte)48, (byte)255);
        }

        return new Picture(Format, shown);
    }
}
