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
}
