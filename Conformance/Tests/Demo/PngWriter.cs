using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;

namespace Conformance.Tests;

/// <summary>
/// Pictures that no decent encoder would write: any depth and colour type, any declared size, any end. It stands apart from
/// the library that the demo uses, so that the two check each other.
/// </summary>
internal static class PngWriter
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>A picture of random samples: bits a sample, the colour type of the PNG specification, bytes of one line.</summary>
    internal static byte[] Random(int width, int height, int depth, int colourType, int stride)
    {
        byte[] samples = new byte[stride * height];
        new Random(width + height).NextBytes(samples);
        return Of(width, height, depth, colourType, samples);
    }

    internal static byte[] Of(int width, int height, int depth, int colourType, ReadOnlySpan<byte> samples)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = (byte)depth;
        header[9] = (byte)colourType;
        Chunk(file, "IHDR"u8, header);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            int stride = samples.IsEmpty ? 0 : samples.Length / height;
            for (int at = 0; at < samples.Length; at += stride)
            {
                zlib.WriteByte(0);
                zlib.Write(samples.Slice(at, stride));
            }
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
