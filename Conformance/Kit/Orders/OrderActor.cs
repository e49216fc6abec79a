using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A device in a case: what it was given, and what it was told. Beside it stands what the oracle says.</summary>
internal sealed class OrderActor(OrderDevice device, WorldDevice hardware, PaperDevice paper, OrderRun run) : IMovable
{
    private const int MostSegments = 16;

    private readonly DmaSegment[] _segments = new DmaSegment[MostSegments];
    private PfnSlice _pfns;
    private int _count;

    internal OrderDevice Device => device;

    internal WorldDevice Hardware => hardware;

    internal PaperDevice Paper => paper;

    internal Attachment? Attachment { get; set; }

    /// <summary>Whether it was refused and has not come in since.</summary>
    internal bool WasRefused { get; set; }

    internal MappingToken Token { get; private set; }

    /// <summary>Told to stop, and not yet told that it may go on.</summary>
    internal bool IsStopped { get; set; }

    /// <summary>How often it was told to stop.</summary>
    internal int Notices { get; set; }

    /// <summary>How often it was told that its bytes have moved.</summary>
    internal int Moves { get; set; }

    internal ReadOnlySpan<DmaSegment> Segments => _segments.AsSpan(0, _count);

    internal PfnSlice Pfns => _pfns;

    /// <summary>Maps, or takes pfns.</summary>
    internal SharedMapResult Map(long length)
    {
        SharedMapResult result;
        if (paper.Facts.IsRaw) result = Attachment!.TakePfns(0, length, device.Direction, out _pfns);
        else result = Attachment!.Map(0, length, device.Direction, _segments, paper.Facts.MapsWindows ? MapOptions.Prefix : MapOptions.None);
        if (!result.IsMapped) return result;
        Token = result.Mapping.Token;
        _count = result.Mapping.SegmentCount;
        return result;
    }

    /// <summary>Unmaps, or puts the pfns back.</summary>
    internal void Unmap()
    {
        if (paper.Facts.IsRaw) Attachment!.PutBack(Token);
        else Attachment!.Unmap(Token);
    }

    /// <summary>Takes the addresses that it has after a move.</summary>
    internal void Take(MovedMapping moved)
    {
        _count = moved.Segments.Length;
        moved.Segments.Span.CopyTo(_segments);
        _pfns = moved.Pfns;
    }

    /// <summary>Where the device sees a byte of what it holds, and how many follow it there.</summary>
    internal DmaAddress AddressOf(long at, out int room)
    {
        if (paper.Facts.IsRaw)
        {
            room = OrderSetting.Frame - (int)(at % OrderSetting.Frame);
            return new DmaAddress((_pfns.View.Frames[(int)(at / OrderSetting.Frame)].Value * OrderSetting.Frame) + (ulong)(at % OrderSetting.Frame));
        }

        foreach (DmaSegment segment in Segments)
        {
            if (at < segment.Length)
            {
                room = (int)(segment.Length - at);
                return segment.Address + at;
            }

            at -= segment.Length;
        }

        throw new LawViolatedException($"{device.Name}'s segments end before its mapping does");
    }

    public void StopDma(MoveNotice notice) => run.Stop(this, notice);

    public void Moved(MoveOutcome outcome) => run.GoOn(this, outcome);
}
