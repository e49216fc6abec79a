using System;
using System.Collections.Generic;

namespace DmaMapping;

/// <summary>
/// Shared buffers that somebody wants to keep an eye on: those that were added and are not disposed. A directory is an object
/// like any other; a program has as many as it makes, and a buffer may be in several, or in none.
/// <para>
/// Buffers are held strongly. A buffer that is forgotten without being disposed keeps its frames, for nothing else gives them
/// back; it stays in the directory, so that it is seen. Whoever lets go of the directory lets go of them.
/// </para>
/// Thread-safe. No buffer's lock is taken while the directory's own is held, so buffers may be added, disposed and reported
/// on at once.
/// </summary>
public sealed class SharedBufferDirectory
{
    private readonly object _lock = new();
    private readonly List<SharedBuffer> _buffers = [];

    /// <summary>Buffers in it.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _buffers.Count;
        }
    }

    /// <summary>Adds a buffer. It leaves when it is disposed.</summary>
    /// <param name="buffer">A buffer that is not in it.</param>
    /// <exception cref="ArgumentNullException">No buffer.</exception>
    /// <exception cref="ArgumentException">The buffer is in it already.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public void Add(SharedBuffer buffer) => Throw.IfNull(buffer, nameof(buffer)).Enter(this);

    /// <summary>
    /// Reports on all buffers in it, in the order in which they were added: each at a moment of its own, under its own lock,
    /// so that it agrees with itself. Changes nothing; waits for whoever is mapping at the moment, but for no move.
    /// </summary>
    public SharedBufferDirectoryReport Report()
    {
        SharedBuffer[] buffers;
        lock (_lock) buffers = [.. _buffers];
        var reports = new List<SharedBufferReport>();
        foreach (SharedBuffer buffer in buffers)
        {
            if (buffer.TryReport() is { } report) reports.Add(report);
        }

        return new SharedBufferDirectoryReport(reports.AsReadOnly());
    }

    /// <summary>Lists a buffer; under the buffer's lock.</summary>
    /// <returns>False where it is listed already.</returns>
    internal bool TryList(SharedBuffer buffer)
    {
        lock (_lock)
        {
            if (_buffers.Contains(buffer)) return false;
            _buffers.Add(buffer);
            return true;
        }
    }

    internal void Strike(SharedBuffer buffer)
    {
        lock (_lock) _buffers.Remove(buffer);
    }
}
