using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// The CPU's open access to a range of a shared buffer. Disposing ends it. Used by one thread at a time.
/// </summary>
public sealed class CpuAccess : IDisposable
{
    private readonly SharedMapper _shared;
    private readonly IPhysicalMemory _memory;
    private readonly PfnSlice _slice;
    private readonly MemoryAccess _access;
    private readonly int _use;
    private bool _ended;

    internal CpuAccess(SharedMapper shared, IPhysicalMemory memory, PfnSlice slice, MemoryAccess access, int use)
    {
        _shared = shared;
        _memory = memory;
        _slice = slice;
        _access = access;
        _use = use;
    }

    /// <summary>Bytes in the range.</summary>
    public long Length => _slice.Length;

    /// <summary>Copies bytes out of the buffer.</summary>
    /// <param name="offset">Offset in the range.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Bytes outside the range.</exception>
    /// <exception cref="InvalidOperationException">The access is ended, or was not opened for reading.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        Check(MemoryAccess.Read);
        _memory.Read(_slice.View, offset, destination);
    }

    /// <summary>Copies bytes into the buffer.</summary>
    /// <param name="offset">Offset in the range.</param>
    /// <param name="source">The bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Bytes outside the range.</exception>
    /// <exception cref="InvalidOperationException">The access is ended, or was not opened for writing.</exception>
    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        Check(MemoryAccess.Write);
        _memory.Write(_slice.View, offset, source);
    }

    /// <summary>Ends the access. Further calls do nothing.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        _shared.Close(_use);
    }

    private void Check(MemoryAccess wanted)
    {
        if (_ended) Throw.Disposed(nameof(CpuAccess));
        if ((_access & wanted) == 0) Throw.Invalid($"The access was opened for {_access}, not for {wanted}.");
    }
}
