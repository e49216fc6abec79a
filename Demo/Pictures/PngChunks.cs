using System;
using System.Buffers.Binary;

namespace Demo;

/// <summary>
/// What a PNG file says of itself outside its pixels (PNG specification, 5.2 and 5.3): the size that it declares, which decoders
/// refuse as if the file were no picture when it is absurd; and whether it ends where it should, which decoders do not ask
/// once they have the last pixel. Nothing is decoded here.
/// </summary>
internal static class PngChunks
{
    /// <summary>Length, type and check sum of a chunk.</summary>
    private const int Overhead = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>The declared size; false where the file ends before it.</summary>
    internal static bool TryReadSize(ReadOnlySpan<byte> file, out uint width, out uint height)
    {
        width = height = 0;
        ReadOnlySpan<byte> chunk = file[Signature.Length..];
        if (chunk.Length < 16 || !chunk[4..8].SequenceEqual("IHDR"u8)) return false;
        width = BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]);
        height = BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]);
        return true;
    }

    /// <summary>Whether the chunks lead to a whole end chunk.</summary>
    internal static bool HasEnd(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[Signature.Length..];
        while (rest.Length >= Overhead)
        {
            if (rest[4..8].SequenceEqual("IEND"u8)) return true;
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Overhead) return false;
            rest = rest[(Overhead + (int)length)..];
        }

        return false;
    }
}
