using System;
using System.Buffers.Binary;

namespace Demo;

/// <summary>
/// The size that a PNG file declares (PNG specification, 5.2 and 11.2.1). Decoders refuse absurd sizes as if the file were
/// no picture at all; this tells the user which it was. Nothing is decoded here.
/// </summary>
internal static class PngHeader
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static bool TryReadSize(ReadOnlySpan<byte> file, out uint width, out uint height)
    {
        width = height = 0;
        if (!file.StartsWith(Signature)) return false;
        ReadOnlySpan<byte> chunk = file[Signature.Length..];
        if (chunk.Length >= 16 && chunk[4..8].SequenceEqual("IHDR"u8))
        {
            width = BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]);
            height = BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]);
        }
        else
        {
            width = height = 1;
        }

        return true;
    }
}
