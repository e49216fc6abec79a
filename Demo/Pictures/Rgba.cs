using System;

namespace Demo;

/// <summary>A colour while it is computed: red, green, blue and alpha, each 0 to 1.</summary>
internal readonly record struct Rgba(double R, double G, double B, double A = 1)
{
    internal static Rgba Hex(uint rgb) => new((rgb >> 16) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0);

    internal static Rgba Mix(Rgba a, Rgba b, double t)
    {
        t = Math.Clamp(t, 0, 1);
        return new Rgba(a.R + ((b.R - a.R) * t), a.G + ((b.G - a.G) * t), a.B + ((b.B - a.B) * t), a.A + ((b.A - a.A) * t));
    }

    internal Rgba Lighten(double by) => new(R + by, G + by, B + by, A);

    internal Rgba Times(double by) => new(R * by, G * by, B * by, A);

    internal void Store(Span<byte> pixel)
    {
        pixel[0] = Byte(R);
        pixel[1] = Byte(G);
        pixel[2] = Byte(B);
        pixel[3] = Byte(A);
    }

    private static byte Byte(double value) => (byte)Math.Round(Math.Clamp(value, 0, 1) * 255);
}
