using System;

namespace Demo;

/// <summary>
/// The lower part of the bundled picture, a strip of what transport spoils most visibly: colour bars, lines one pixel wide at
/// growing distance, rings that alias, noise, and a ramp of alpha over a chequered floor of colours.
/// </summary>
internal static class TestCard
{
    internal const int Top = BundledPicture.Height - 120;

    private static readonly uint[] Bars = [0xEBEBEB, 0xE8D44D, 0x3FC1C9, 0x52B788, 0xB5179E, 0xD62839, 0x3A57E8, 0x101418];

    internal static Rgba At(int x, int y)
    {
        int row = y - Top;
        if (row < 2) return Rgba.Hex(0xFFFFFF);
        if (row < 44) return Caption.Covers(x - 24, row - 12) ? Rgba.Hex(0xF2C14E) : Rgba.Hex(0x10162B).Lighten(Noise.At(x, y, 9) * 0.03);
        if (row >= 96) return Alpha(x, row);
        return (x * 4 / BundledPicture.Width) switch
        {
            0 => Rgba.Hex(Bars[Math.Min(Bars.Length - 1, x * Bars.Length * 4 / BundledPicture.Width)]),
            1 => Lines(x - (BundledPicture.Width / 4)),
            2 => Rings(x - (BundledPicture.Width * 5 / 8), row - 70),
            _ => new Rgba(Noise.At(x, y, 1), Noise.At(x, y, 2), Noise.At(x, y, 4)),
        };
    }

    /// <summary>White lines of one pixel, each one pixel farther from the one before.</summary>
    private static Rgba Lines(int x)
    {
        int at = 0, gap = 2;
        while (at < x) at += gap++ >> 1;
        return at == x ? Rgba.Hex(0xFFFFFF) : Rgba.Hex(0x0B0F1E);
    }

    private static Rgba Rings(double x, double y)
    {
        double wave = 0.5 + (0.5 * Math.Cos(((x * x) + (y * y)) / 90));
        return Rgba.Mix(Rgba.Hex(0x0B132B), Rgba.Hex(0x9BE1E5), wave);
    }

    /// <summary>Every alpha from none to full, with colours behind even the clear end.</summary>
    private static Rgba Alpha(int x, int row)
    {
        bool even = (((x / 12) + (row / 12)) & 1) == 0;
        Rgba colour = even ? Rgba.Hex(0xF25F5C) : Rgba.Hex(0x247BA0);
        return colour with { A = (double)x / (BundledPicture.Width - 1) };
    }
}
