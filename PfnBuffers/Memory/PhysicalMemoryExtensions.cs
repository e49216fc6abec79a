using System;

namespace PfnBuffers;

/// <summary>
/// Copies over physical memory of any length, crossing frames and host pieces. Where a byte is absent they throw
/// <see cref="ArgumentOutOfRangeException"/>, and the bytes before it have been copied. Thread-safe as the memory is.
/// </summary>
public static class PhysicalMemoryExtensions
{
    /// <summary>Reads memory from an address on.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="destination">Is filled.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A byte is absent or lies beyond 2^64.</exception>
    public static void Read(this IPhysicalMemory memory, PhysicalAddress from, Span<byte> destination)
    {
        Check(memory, from, destination.Length, nameof(destination));
        while (!destination.IsEmpty)
        {
            Span<byte> piece = memory.Access(from, destination.Length);
            piece.CopyTo(destination);
            destination = destination.Slice(piece.Length);
            from += piece.Length;
        }
    }

    /// <summary>Writes memory from an address on.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="to">The first byte.</param>
    /// <param name="source">The bytes.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A byte is absent or lies beyond 2^64.</exception>
    public static void Write(this IPhysicalMemory memory, PhysicalAddress to, ReadOnlySpan<byte> source)
    {
        Check(memory, to, source.Length, nameof(source));
        while (!source.IsEmpty)
        {
            Span<byte> piece = memory.Access(to, source.Length);
            source.Slice(0, piece.Length).CopyTo(piece);
            source = source.Slice(piece.Length);
            to += piece.Length;
        }
    }

    /// <summary>Reads bytes of a view.</summary>
    /// <param name="memory">The memory that the view's frames lie in.</param>
    /// <param name="view">The view.</param>
    /// <param name="offset">Offset of the first byte in the view.</param>
    /// <param name="destination">Is filled.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bytes lie outside the view, or one is absent.</exception>
    public static void Read(this IPhysicalMemory memory, in PfnView view, long offset, Span<byte> destination)
    {
        Throw.IfNull(memory, nameof(memory));
        foreach (FrameRun run in Part(view, offset, destination.Length, nameof(destination)).Runs)
        {
            memory.Read(run.Address, destination.Slice(0, (int)run.Length));
            destination = destination.Slice((int)run.Length);
        }
    }

    /// <summary>Writes bytes of a view.</summary>
    /// <param name="memory">The memory that the view's frames lie in.</param>
    /// <param name="view">The view.</param>
    /// <param name="offset">Offset of the first byte in the view.</param>
    /// <param name="source">The bytes.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bytes lie outside the view, or one is absent.</exception>
    public static void Write(this IPhysicalMemory memory, in PfnView view, long offset, ReadOnlySpan<byte> source)
    {
        Throw.IfNull(memory, nameof(memory));
        foreach (FrameRun run in Part(view, offset, source.Length, nameof(source)).Runs)
        {
            memory.Write(run.Address, source.Slice(0, (int)run.Length));
            source = source.Slice((int)run.Length);
        }
    }

    /// <summary>Sets a range to one value.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="address">The first byte.</param>
    /// <param name="length">Length in bytes, 0 or more.</param>
    /// <param name="value">The value of every byte.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or a byte is absent or lies beyond 2^64.</exception>
    public static void Fill(this IPhysicalMemory memory, PhysicalAddress address, long length, byte value)
    {
        Check(memory, address, length);
        while (length > 0)
        {
            Span<byte> piece = memory.Access(address, length);
            piece.Fill(value);
            address += piece.Length;
            length -= piece.Length;
        }
    }

    /// <summary>Sets a range to zero.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="address">The first byte.</param>
    /// <param name="length">Length in bytes, 0 or more.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or a byte is absent or lies beyond 2^64.</exception>
    public static void Clear(this IPhysicalMemory memory, PhysicalAddress address, long length) => memory.Fill(address, length, 0);

    /// <summary>Copies inside one memory. The ranges may overlap: the result is as if the source had been read first.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="from">The first byte of the source.</param>
    /// <param name="to">The first byte of the destination.</param>
    /// <param name="length">Length in bytes, 0 or more.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or a byte is absent or lies beyond 2^64.</exception>
    public static void Copy(this IPhysicalMemory memory, PhysicalAddress from, PhysicalAddress to, long length)
    {
        Check(memory, from, length);
        Check(memory, to, length);
        if (to > from && to.Value - from.Value < (ulong)length)
        {
            CopyBackward(memory, from, to, length);
            return;
        }

        while (length > 0)
        {
            Span<byte> source = memory.Access(from, length);
            Span<byte> destination = memory.Access(to, source.Length);
            source.Slice(0, destination.Length).CopyTo(destination);
            from += destination.Length;
            to += destination.Length;
            length -= destination.Length;
        }
    }

    /// <summary>
    /// Last bytes first, for a destination that overlaps the source from above. Each piece ends inside one 4 KiB frame on
    /// both sides, which <see cref="IPhysicalMemory.Access"/> gives in one span.
    /// </summary>
    private static void CopyBackward(IPhysicalMemory memory, PhysicalAddress from, PhysicalAddress to, long length)
    {
        while (length > 0)
        {
            long inSource = (from + (length - 1)).OffsetIn(PageSize.Size4K) + 1;
            long inDestination = (to + (length - 1)).OffsetIn(PageSize.Size4K) + 1;
            long piece = Math.Min(length, Math.Min(inSource, inDestination));
            length -= piece;
            memory.Access(from + length, piece).CopyTo(memory.Access(to + length, piece));
        }
    }

    /// <summary>The bytes of a view that a span stands for; what is too long is told of the span.</summary>
    private static PfnView Part(in PfnView view, long offset, int length, string name)
    {
        if (offset >= 0 && offset <= view.Length && length > view.Length - offset) Throw.OutOfRange(name, length, $"from offset {offset} at most {view.Length - offset} bytes remain");
        return view.Slice(offset, length);
    }

    private static void Check(IPhysicalMemory memory, PhysicalAddress address, long length, string name = "length")
    {
        Throw.IfNull(memory, nameof(memory));
        if (length < 0) Throw.OutOfRange(name, length, "it must be 0 or more");
        if (length > 0 && (ulong)length - 1 > ulong.MaxValue - address.Value)
            Throw.OutOfRange(name, length, $"from {address} it runs past 2^64");
    }
}
