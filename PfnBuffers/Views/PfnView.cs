using System;

namespace PfnBuffers;

/// <summary>
/// Bytes in memory as the frames that hold them: a span of pfns, an offset into the first frame, and a length.
/// <code>
///   frames   |     f0     |     f1     |     f2     |
///   bytes    .    ########|############|#####       .
///            |--->|                          |&lt;-----|
///            Offset                          TailSlack
///                 |&lt;------- Length ---------&gt;|
/// </code>
/// Only the first and the last frame may be partly covered; every frame holds at least one byte of the view.
/// The frames need not be consecutive, nor distinct. A view owns nothing and allocates nothing; like every span it
/// must not outlive its array, and to store one use <see cref="PfnSlice"/>. The default value is the empty view.
/// </summary>
public readonly ref struct PfnView
{
    private readonly int _firstFrameInBuffer;
    private readonly PfnBuffer? _buffer;

    /// <summary>A view of bytes in frames.</summary>
    /// <param name="frames">The frames, in the order of the bytes. Frames past the last byte are left out of the view.</param>
    /// <param name="pageSize">The size of each frame.</param>
    /// <param name="offset">Bytes skipped in the first frame, 0 to the page size - 1.</param>
    /// <param name="length">Bytes covered, 0 or more; at most what the frames hold after the offset.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is no offset in a frame, or the frames hold less than the length.</exception>
    public PfnView(ReadOnlySpan<Pfn> frames, PageSize pageSize, long offset, long length)
        : this(frames, pageSize, offset, length, null, 0)
    {
        long limit = pageSize.Bytes;
        if (offset < 0 || offset >= limit) Throw.OutOfRange(nameof(offset), offset, $"in a frame of {pageSize} it must lie in 0 to {limit - 1}");
        long room = ((long)frames.Length << pageSize.Shift) - offset;
        if (length < 0 || (length > room && length > 0))
            Throw.OutOfRange(nameof(length), length, $"{frames.Length} frames of {pageSize} hold {Math.Max(room, 0)} bytes after offset {offset}");
    }

    /// <summary>A view of whole frames.</summary>
    /// <param name="frames">The frames, in the order of the bytes.</param>
    /// <param name="pageSize">The size of each frame.</param>
    public PfnView(ReadOnlySpan<Pfn> frames, PageSize pageSize)
        : this(frames, pageSize, 0, (long)frames.Length << pageSize.Shift, null, 0)
    {
    }

    /// <summary>Checked by its callers.</summary>
    internal PfnView(ReadOnlySpan<Pfn> frames, PageSize pageSize, long offset, long length, PfnBuffer? buffer, int firstFrameInBuffer)
    {
        PageSize = pageSize;
        Length = length;
        if (length <= 0 || frames.IsEmpty) return;

        long count = pageSize.FramesFor(offset + length);
        Frames = count < frames.Length ? frames.Slice(0, (int)count) : frames;
        Offset = offset;
        _buffer = buffer;
        _firstFrameInBuffer = firstFrameInBuffer;
    }

    /// <summary>The whole of a buffer, which has counted its frames.</summary>
    internal PfnView(ReadOnlySpan<Pfn> frames, PfnBuffer buffer)
    {
        Frames = frames;
        PageSize = buffer.PageSize;
        Offset = buffer.Offset;
        Length = buffer.Length;
        _buffer = buffer;
    }

    /// <summary>The frames that hold at least one byte of the view, in order.</summary>
    public ReadOnlySpan<Pfn> Frames { get; }

    /// <summary>The size of each frame.</summary>
    public PageSize PageSize { get; }

    /// <summary>Bytes skipped in the first frame, 0 to the page size - 1.</summary>
    public long Offset { get; }

    /// <summary>Bytes covered.</summary>
    public long Length { get; }

    /// <summary>Whether no byte is covered.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>Bytes of the last frame after the view's last byte, 0 to the page size - 1.</summary>
    public long TailSlack => ((long)Frames.Length << PageSize.Shift) - Offset - Length;

    /// <summary>The frame runs, in order.</summary>
    public FrameRuns Runs => new(this);

    /// <summary>
    /// Whether the runs are known without reading the frames: the view comes from a buffer whose runs are long.
    /// Then walking <see cref="Runs"/> costs O(runs).
    /// </summary>
    public bool KeepsRuns => _buffer is { KeptRuns: not null } && !Frames.IsEmpty;

    /// <summary>Whether the bytes lie together in memory; O(1) where <see cref="KeepsRuns"/>, else one read of the frames up to where they do not.</summary>
    /// <param name="start">The address of the first byte; 0 where the answer is false.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bytes lie together, and beyond 2^64.</exception>
    public bool TryGetStart(out PhysicalAddress start)
    {
        start = default;
        int count = Frames.Length;
        if (count != 1 && (count == 0 || !IsOneRun())) return false;
        ulong pfn = Frames[0].Value, greatest = ulong.MaxValue >> PageSize.Shift;
        if (pfn > greatest || (ulong)count - 1 > greatest - pfn) Throw.OutOfRange("pfn", Frames[0], $"a run of {count} frames of {PageSize} must end below 2^64 bytes");
        start = new PhysicalAddress((pfn << PageSize.Shift) + (ulong)Offset);
        return true;
    }

    /// <summary>
    /// The runs as the buffer keeps them, for code that writes an entry a run: what <see cref="Runs"/> tells, without a call a run.
    /// </summary>
    /// <param name="starts">Index in the buffer of each run's first frame, from the run on that the view begins in to the buffer's last.</param>
    /// <param name="pfns">The number of each run's first frame.</param>
    /// <param name="first">Index in the buffer of the view's first frame.</param>
    /// <returns>Whether runs are kept: <see cref="KeepsRuns"/>.</returns>
    public bool TryGetKeptRuns(out ReadOnlySpan<int> starts, out ReadOnlySpan<Pfn> pfns, out int first)
    {
        first = _firstFrameInBuffer;
        if (!KeepsRuns)
        {
            starts = default;
            pfns = default;
            return false;
        }

        KeptRuns runs = _buffer!.KeptRuns!;
        int run = first == 0 ? 0 : runs.RunOf(first);
        starts = runs.Starts.AsSpan(run);
        pfns = runs.Pfns.AsSpan(run);
        return true;
    }

    /// <summary>The buffer that the view is of; null where it is of a plain array.</summary>
    internal PfnBuffer? Buffer => _buffer;

    internal int FirstFrameInBuffer => _firstFrameInBuffer;

    /// <summary>Number of frame runs; O(runs) where <see cref="KeepsRuns"/>, else one read of the frames.</summary>
    public int CountRuns()
    {
        if (Frames.IsEmpty) return 0;
        if (!KeepsRuns) return RunScanner.Scan(Frames).Runs;
        KeptRuns runs = _buffer!.KeptRuns!;
        return runs.RunOf(_firstFrameInBuffer + Frames.Length - 1) - runs.RunOf(_firstFrameInBuffer) + 1;
    }

    /// <summary>
    /// Whether every frame number is below 2^<paramref name="bits"/>. O(1) for the views of a buffer all of whose frames are.
    /// </summary>
    /// <param name="bits">0 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another number of bits.</exception>
    public bool FramesFitIn(int bits)
    {
        if (bits is < 0 or > 64) Throw.OutOfRange(nameof(bits), bits, "it must lie in 0 to 64");
        if (bits == 64 || Frames.IsEmpty) return true;
        if (_buffer is not null && _buffer.PfnBits >> bits == 0) return true;
        return RunScanner.Scan(Frames).Bits >> bits == 0;
    }

    /// <summary>The physical address of one byte.</summary>
    /// <param name="offset">Offset of the byte in the view, 0 to <see cref="Length"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such byte, or its frame lies beyond 2^64 bytes.</exception>
    public PhysicalAddress AddressAt(long offset)
    {
        if (offset < 0 || offset >= Length) Throw.OutOfRange(nameof(offset), offset, $"the view has {Length} bytes");
        long at = Offset + offset;
        return Frames[(int)(at >> PageSize.Shift)].ToAddress(PageSize) + (at & (PageSize.Bytes - 1));
    }

    /// <summary>Index in <see cref="Frames"/> of the frame that holds one byte.</summary>
    /// <param name="offset">Offset of the byte in the view, 0 to <see cref="Length"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such byte.</exception>
    public int FrameIndexAt(long offset)
    {
        if (offset < 0 || offset >= Length) Throw.OutOfRange(nameof(offset), offset, $"the view has {Length} bytes");
        return (int)((Offset + offset) >> PageSize.Shift);
    }

    /// <summary>The bytes from an offset to the end.</summary>
    /// <param name="offset">0 to <see cref="Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside.</exception>
    public PfnView Slice(long offset) => Slice(offset, Length - offset);

    /// <summary>A part of the view; O(1), any byte offset.</summary>
    /// <param name="offset">Offset of the part, 0 to <see cref="Length"/>.</param>
    /// <param name="length">Length of the part, 0 to <see cref="Length"/> - offset.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part lies outside.</exception>
    public PfnView Slice(long offset, long length)
    {
        Throw.IfRangeOutside(offset, length, Length);
        return Cut(offset, length);
    }

    /// <summary>A part of the view, or false where it lies outside.</summary>
    /// <param name="offset">Offset of the part in bytes.</param>
    /// <param name="length">Length of the part in bytes.</param>
    /// <param name="part">The part; empty where the answer is false.</param>
    public bool TrySlice(long offset, long length, out PfnView part)
    {
        bool inside = offset >= 0 && offset <= Length && length >= 0 && length <= Length - offset;
        part = inside ? Cut(offset, length) : default;
        return inside;
    }

    private bool IsOneRun()
    {
        if (_buffer?.KeptRuns is not { } runs) return RunScanner.RunLength(Frames) == Frames.Length;
        int next = (_firstFrameInBuffer == 0 ? 0 : runs.RunOf(_firstFrameInBuffer)) + 1;
        return next == runs.Starts.Length || runs.Starts[next] - _firstFrameInBuffer >= Frames.Length;
    }

    private PfnView Cut(long offset, long length)
    {
        if (length == 0) return new PfnView(default, PageSize, 0, 0, null, 0);
        long at = Offset + offset;
        int frame = (int)(at >> PageSize.Shift);
        return new PfnView(Frames.Slice(frame), PageSize, at & (PageSize.Bytes - 1), length, _buffer, _firstFrameInBuffer + frame);
    }
}
