using System;

namespace Demo;

/// <summary>The upper part of the bundled picture: sky with stars and a fractal moon, three ranges of mountains, and their lake.</summary>
internal static class Landscape
{
    private const double Shore = 420;
    private const double SunX = 588, SunY = 212;
    private const double MoonX = 205, MoonY = 130, MoonRadius = 84;

    private static readonly Rgba Zenith = Rgba.Hex(0x141B3D);
    private static readonly Rgba Dusk = Rgba.Hex(0x8E4A7B);
    private static readonly Rgba Glow = Rgba.Hex(0xFFB36B);
    private static readonly Rgba[] Ranges = [Rgba.Hex(0x6C4A77), Rgba.Hex(0x3F3560), Rgba.Hex(0x1C2344)];

    internal static Rgba At(int x, int y)
    {
        if (y < Shore) return Above(x, y);

        // The lake is what is above it, upside down, moved by waves that grow towards the viewer.
        double depth = y - Shore;
        double wave = (Noise.Smooth(x / 26.0, y / (1.2 + (depth / 60)), 71) - 0.5) * (2 + (depth / 7));
        Rgba mirrored = Above(x + (wave * 1.7), Math.Max(0, Shore - (depth * 1.35) - Math.Abs(wave)));
        Rgba water = Rgba.Mix(mirrored, Rgba.Hex(0x0E1B3A), 0.28 + (depth / 700));
        double glint = Noise.At(x, y, 5) > 0.997 - (0.004 * Math.Exp(-Math.Abs(x - SunX) / 90)) ? 0.35 : 0;
        return water.Lighten(glint);
    }

    private static Rgba Above(double x, double y)
    {
        for (int range = Ranges.Length - 1; range >= 0; range--)
        {
            double ridge = RidgeOf(range, x);
            if (y < ridge) continue;
            Rgba rock = Ranges[range];
            double light = Noise.Fractal(x / 9, y / 6, 4, 40 + (uint)range) - 0.5;
            double haze = Math.Clamp((y - ridge) / 210, 0, 1) * (0.55 - (0.16 * range));
            return Rgba.Mix(rock.Lighten(light * 0.13), Glow.Times(0.8), haze * 0.6);
        }

        return Sky(x, y);
    }

    private static double RidgeOf(int range, double x)
    {
        double height = Noise.Fractal((x + (range * 431)) / (210 - (38 * range)), 3.7 * range, 7, 11 + (uint)range);
        return Shore - (35 + ((2 - range) * 48)) - ((height - 0.42) * (330 - (70 * range)));
    }

    private static Rgba Sky(double x, double y)
    {
        double t = y / Shore;
        Rgba sky = t < 0.55 ? Rgba.Mix(Zenith, Dusk, t / 0.55) : Rgba.Mix(Dusk, Glow, (t - 0.55) / 0.45);
        double sun = Math.Sqrt(((x - SunX) * (x - SunX)) + ((y - SunY) * (y - SunY)));
        sky = Rgba.Mix(Rgba.Hex(0xFFF1C9), sky, Math.Clamp((sun - 26) / 3, 0, 1));
        sky = sky.Lighten(0.35 * Math.Exp(-sun / 95));
        double cloud = Noise.Fractal(x / 160, y / 34, 6, 23) - 0.52;
        if (cloud > 0) sky = Rgba.Mix(sky, Rgba.Hex(0xFFD9C0), cloud * 2.6 * t);
        bool star = Noise.At((int)x, (int)y, 3) > 0.9985 + (t * 0.0015);
        if (star) sky = Rgba.Mix(sky, Rgba.Hex(0xFFFFFF), 0.9 - t);
        return Moon(x, y, sky);
    }

    /// <summary>A moon with the Mandelbrot set for its seas.</summary>
    private static Rgba Moon(double x, double y, Rgba sky)
    {
        double dx = (x - MoonX) / MoonRadius, dy = (y - MoonY) / MoonRadius;
        double distance = (dx * dx) + (dy * dy);
        if (distance > 1) return sky.Lighten(0.16 * Math.Exp((1 - Math.Sqrt(distance)) * 2.6));
        double cr = (dx * 1.32) - 0.62, ci = dy * 1.32;
        double zr = 0, zi = 0;
        int steps = 0;
        for (; steps < 96 && (zr * zr) + (zi * zi) < 16; steps++) (zr, zi) = ((zr * zr) - (zi * zi) + cr, (2 * zr * zi) + ci);
        Rgba face = steps == 96 ? Rgba.Hex(0x5B5A78) : Rgba.Mix(Rgba.Hex(0xF4EBD6), Rgba.Hex(0xB07C6A), Math.Min(1, steps / 24.0));
        return face.Times(0.55 + (0.45 * Math.Sqrt(1 - distance)));
    }
}
