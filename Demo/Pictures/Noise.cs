using System;

namespace Demo;

/// <summary>Noise that is the same on every machine.</summary>
internal static class Noise
{
    /// <summary>A value of 0 to 1 for a point of the grid, without any pattern.</summary>
    internal static double At(int x, int y, uint seed)
    {
        uint h = unchecked(((uint)x * 0x85EB_CA6B) ^ ((uint)y * 0xC2B2_AE35) ^ (seed * 0x27D4_EB2F));
        h = unchecked((h ^ (h >> 15)) * 0x2C1B_3C6D);
        h = unchecked((h ^ (h >> 12)) * 0x297A_2D39);
        return (h ^ (h >> 15)) / (double)uint.MaxValue;
    }

    /// <summary>The same between the points of the grid, without edges.</summary>
    internal static double Smooth(double x, double y, uint seed)
    {
        int x0 = (int)Math.Floor(x), y0 = (int)Math.Floor(y);
        double fx = Ease(x - x0), fy = Ease(y - y0);
        double top = Lerp(At(x0, y0, seed), At(x0 + 1, y0, seed), fx);
        double bottom = Lerp(At(x0, y0 + 1, seed), At(x0 + 1, y0 + 1, seed), fx);
        return Lerp(top, bottom, fy);
    }

    /// <summary>Noise on noise, each octave twice as fine and half as strong: 0 to 1.</summary>
    internal static double Fractal(double x, double y, int octaves, uint seed)
    {
        double sum = 0, weight = 0.5;
        for (int i = 0; i < octaves; i++)
        {
            sum += weight * Smooth(x, y, seed + (uint)i);
            (x, y, weight) = (x * 2, y * 2, weight / 2);
        }

        return sum / (1 - weight - weight);
    }

    private static double Ease(double t) => t * t * (3 - (2 * t));

    private static double Lerp(double a, double b, double t) => a + ((b - a) * t);
}
