using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>A view that is drawn, and its bytes frame by frame.</summary>
internal sealed class SpyView
{
    /// <summary>The longest: 100 KiB.</summary>
    private const int MostBytes = 100 << 10;

    private readonly Pfn[] _frames = new Pfn[(MostBytes / SpyMemory.Frame) + 2];
    private int _count;
    private int _offset;

    internal PageSize PageSize { get; private set; }

    internal int Length { get; private set; }

    internal PfnView View => new(_frames.AsSpan(0, _count), PageSize, _offset, Length);

    /// <summary>The bytes, 4 KiB frame by 4 KiB frame.</summary>
    internal List<SpyPiece> Pieces { get; } = [];

    /// <summary>Draws a view of a thread's homes: mostly a few frames, in and out of reach, some of them following each other.</summary>
    internal void Draw(ref SpyRandom random, SpyMemory memory, int thread, int threads)
    {
        PageSize = random.OneIn(8) ? PageSize.Size16K : PageSize.Size4K;
        int frame = (int)PageSize.Bytes;
        _offset = random.OneIn(3) ? 0 : random.Below(frame);
        Length = random.Below(20) switch
        {
            < 6 => 1 + random.Below(256),
            < 13 => 1 + random.Below(8192),
            < 15 => frame * (1 + random.Below(3)),
            < 19 => 1 + random.Below(16384),
            _ => 1 + random.Below(MostBytes),
        };
        Length = Math.Min(Length, MostBytes - _offset);
        _count = (int)PageSize.FramesFor(_offset + Length);
        SpyArea area = Area(ref random);
        int room = 0, at = 0;
        for (int i = 0; i < _count; i++)
        {
            if (at >= room || random.OneIn(4))
            {
                if (random.OneIn(2)) area = Area(ref random);
                room = memory.LengthOf(area) / threads / frame;
                at = random.Below(room);
            }

            ulong start = SpyMemory.StartOf(area).Value + ((ulong)(memory.LengthOf(area) / threads) * (ulong)thread);
            _frames[i] = new Pfn((start >> PageSize.Shift) + (ulong)at++);
        }

        List(memory, Length, Pieces);
    }

    /// <summary>Lists the bytes of a prefix.</summary>
    internal void List(SpyMemory memory, int length, List<SpyPiece> pieces)
    {
        pieces.Clear();
        int mask = (int)PageSize.Bytes - 1;
        for (int at = 0; at < length;)
        {
            int position = _offset + at;
            ulong address = (_frames[position >> PageSize.Shift].Value << PageSize.Shift) + (ulong)(position & mask);
            int bytes = Math.Min(SpyMemory.Frame - (position & (SpyMemory.Frame - 1)), length - at);
            pieces.Add(new SpyPiece(at, memory.IndexOf(address), bytes));
            at += bytes;
        }
    }

    public override string ToString() => $"{Length} bytes at {_offset} of [{string.Join(" ", Array.ConvertAll(_frames.AsSpan(0, _count).ToArray(), one => one.Value.ToString("x", System.Globalization.CultureInfo.InvariantCulture)))}] {PageSize}";

    private static SpyArea Area(ref SpyRandom random) => random.Below(20) switch
    {
        < 9 => SpyArea.Low,
        < 15 => SpyArea.High,
        < 19 => SpyArea.Edge,
        _ => SpyArea.Mmio,
    };
}
