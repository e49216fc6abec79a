using System;
using System.Buffers;

namespace PfnBuffers;

/// <summary>
/// The immutable owner of a pfn array: the frames of one buffer, in the order of its bytes, with a summary of their runs.
/// The array is adopted without copying, so whoever made it must not write it again. Thread-safe once built,
/// except that disposal must not run beside a use. Disposing returns an adopted <see cref="IMemoryOwner{T}"/>;
/// it frees no frame, for a buffer does not own the memory that it describes.
/// </summary>
public sealed class PfnBuffer : IDisposable
{
    // One cache line with the object's header, for making one is a good part of a short life. So the offset, below 1 GiB, is an int, and
    // what few buffers have shares a field.

    /// <summary>The array itself, where the buffer was given one; null where it has pooled memory.</summary>
    private readonly Pfn[]? _array;

    /// <summary>The runs where they are kept or null, or the <see cref="PooledFrames"/>, which then have them.</summary>
    private readonly object? _runsOrPooled;
    private readonly int _offset;
    private bool _disposed;

    /// <summary>Adopts an array of whole frames.</summary>
    /// <param name="frames">The frames; not copied, and not to be written from now on.</param>
    /// <param name="pageSize">The size of each frame.</param>
    /// <exception cref="ArgumentNullException">No array.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A frame lies beyond 2^64 bytes at this page size.</exception>
    public PfnBuffer(Pfn[] frames, PageSize pageSize)
        : this(Throw.IfNull(frames, nameof(frames)), pageSize, 0, (long)frames.Length << pageSize.Shift)
    {
    }

    /// <summary>Adopts an array whose first and last frame may be partly used.</summary>
    /// <param name="frames">The frames; not copied, and not to be written from now on.</param>
    /// <param name="pageSize">The size of each frame.</param>
    /// <param name="offset">Bytes skipped in the first frame, 0 to the page size - 1.</param>
    /// <param name="length">Bytes of the buffer; at most what the frames hold after the offset.</param>
    /// <exception cref="ArgumentNullException">No array.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset or length do not fit the frames, or a frame lies beyond 2^64 bytes.</exception>
    public PfnBuffer(Pfn[] frames, PageSize pageSize, long offset, long length)
        : this(new PfnView(Throw.IfNull(frames, nameof(frames)), pageSize, offset, length), length) => _array = frames;

    /// <summary>Adopts pooled memory, which is returned when the buffer is disposed.</summary>
    /// <param name="owner">Owns the frames; the buffer takes it over once the constructor has returned.</param>
    /// <param name="frameCount">How many entries at the start of the memory are frames of the buffer.</param>
    /// <param name="pageSize">The size of each frame.</param>
    /// <param name="offset">Bytes skipped in the first frame, 0 to the page size - 1.</param>
    /// <param name="length">Bytes of the buffer; at most what the frames hold after the offset.</param>
    /// <exception cref="ArgumentNullException">No owner.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count does not fit the memory, offset or length do not fit the frames, or a frame lies beyond 2^64 bytes.</exception>
    public PfnBuffer(IMemoryOwner<Pfn> owner, int frameCount, PageSize pageSize, long offset, long length)
        : this(FirstOf(Throw.IfNull(owner, nameof(owner)).Memory, frameCount), pageSize, offset, length, owner)
    {
    }

    private PfnBuffer(ReadOnlyMemory<Pfn> frames, PageSize pageSize, long offset, long length, IMemoryOwner<Pfn>? owner)
        : this(new PfnView(frames.Span, pageSize, offset, length), length, nameof(owner))
        => _runsOrPooled = new PooledFrames(frames.Slice(0, FrameCount), owner, _runsOrPooled as KeptRuns);

    private PfnBuffer(scoped in PfnView view, long length, string name = "frames")
    {
        ReadOnlySpan<Pfn> frames = view.Frames;
        if (frames.Length == 1)
        {
            RunCount = 1;
            PfnBits = frames[0].Value;
        }
        else
        {
            (RunCount, PfnBits) = RunScanner.Scan(frames);
            _runsOrPooled = KeptRuns.Of(frames, RunCount);
        }

        if (PfnBits > Pfn.Max(view.PageSize).Value) ThrowFrameTooHigh(frames, view.PageSize, name);
        PageSize = view.PageSize;
        _offset = (int)view.Offset;
        Length = length;
        FrameCount = frames.Length;
    }

    /// <summary>The size of each frame.</summary>
    public PageSize PageSize { get; }

    /// <summary>Bytes skipped in the first frame.</summary>
    public long Offset => _offset;

    /// <summary>Bytes of the buffer.</summary>
    public long Length { get; }

    /// <summary>Number of frames that hold the buffer's bytes.</summary>
    public int FrameCount { get; }

    /// <summary>Number of maximal sequences of consecutive frames.</summary>
    public int RunCount { get; }

    /// <summary>The whole buffer.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public PfnView View
    {
        get
        {
            if (_disposed) Throw.Disposed(nameof(PfnBuffer));
            return new PfnView(_array is { } array ? array.AsSpan(0, FrameCount) : Pooled!.Frames.Span, this);
        }
    }

    /// <summary>Bitwise or of all frame numbers: none reaches 2^k when this does not.</summary>
    internal ulong PfnBits { get; }

    /// <summary>The runs, where they are kept.</summary>
    internal KeptRuns? KeptRuns => _array is not null ? (KeptRuns?)_runsOrPooled : Pooled?.Runs;

    private PooledFrames? Pooled => _runsOrPooled as PooledFrames;

    /// <summary>A part of the buffer that can be stored, captured and awaited.</summary>
    /// <param name="offset">Offset of the part, 0 to <see cref="Length"/>.</param>
    /// <param name="length">Length of the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part lies outside.</exception>
    public PfnSlice Slice(long offset, long length) => new(this, offset, length);

    /// <summary>The same frames, for as long as somebody wants to look at them: disposing this one does not end the other.</summary>
    internal PfnBuffer Keep()
    {
        if (_array is not null) return new PfnBuffer(_array, PageSize, Offset, Length);
        PooledFrames pooled = Pooled!;
        return new PfnBuffer(pooled.Owner is null ? pooled.Frames : pooled.Frames.ToArray(), PageSize, Offset, Length, null);
    }

    /// <summary>Returns adopted pooled memory; frees no frame. Further calls do nothing.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Pooled?.Owner?.Dispose();
    }

    private static ReadOnlyMemory<Pfn> FirstOf(Memory<Pfn> memory, int frameCount)
    {
        if (frameCount < 0 || frameCount > memory.Length)
            Throw.OutOfRange(nameof(frameCount), frameCount, $"the memory has {memory.Length} entries");
        return memory.Slice(0, frameCount);
    }

    private static void ThrowFrameTooHigh(ReadOnlySpan<Pfn> frames, PageSize pageSize, string name)
    {
        // The limit is 2^k - 1, so the or of all frames exceeds it exactly when one of them does.
        for (int i = 0; i < frames.Length; i++)
        {
            if (frames[i] > Pfn.Max(pageSize))
                Throw.OutOfRange($"{name}[{i}]", frames[i], $"a frame of {pageSize} must be at most 0x{Pfn.Max(pageSize).Value:x}");
        }
    }

    /// <summary>Frames in memory that somebody else pools.</summary>
    private sealed class PooledFrames(ReadOnlyMemory<Pfn> frames, IMemoryOwner<Pfn>? owner, KeptRuns? runs)
    {
        internal KeptRuns? Runs { get; } = runs;

        internal ReadOnlyMemory<Pfn> Frames { get; } = frames;

        internal IMemoryOwner<Pfn>? Owner { get; } = owner;
    }
}
