using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Bench;

/// <summary>
/// The bad case of address allocation: 10,000 ranges of 1 to 96 pages live in a window of 16 GiB, one is freed at
/// random and another size allocated, again and again. Batches of 64 are timed, by the wall, so that a rare long search shows.
/// </summary>
internal sealed class AddressChurn : IContestant
{
    /// <summary>The last page of the window.</summary>
    internal const ulong LastPage = (16UL << 30 >> 12) - 1;

    /// <summary>Allocations in a batch.</summary>
    internal const int Batch = 64;

    private const int Live = 10_000;
    private const int MostPages = 96;

    private readonly IAddressAllocator _allocator;
    private readonly Range[] _live = new Range[Live];
    private readonly List<double> _batches = [];
    private ulong _random = 0x9E37_79B9_7F4A_7C15;

    internal AddressChurn(IAddressAllocator allocator)
    {
        _allocator = allocator;
        for (int i = 0; i < Live; i++) Fill(ref _live[i], Next());

        // The state that lasts: caches filled, the space as fragmented as it becomes.
        for (int i = 0; i < 16 * Live / Batch; i++) Run();
    }

    /// <inheritdoc/>
    public string Name => "churn";

    /// <summary>Samples taken.</summary>
    internal int Samples => _batches.Count * Batch;

    /// <summary>Nanoseconds a sample in the batch that only 1 in 100 exceeds.</summary>
    internal double Worst => WorstOf(CollectionsMarshal.AsSpan(_batches));

    /// <summary>The same of the middle one of so many parts of the time: what others do to the machine for a part of it does not show.</summary>
    internal double MiddleWorst(int parts)
    {
        Span<double> batches = CollectionsMarshal.AsSpan(_batches);
        double[] worst = new double[parts];
        for (int i = 0; i < parts; i++) worst[i] = WorstOf(batches.Slice(i * (batches.Length / parts), batches.Length / parts));
        return Interleaved.Median(worst);
    }

    /// <inheritdoc/>
    public ulong Run(int times)
    {
        for (int i = 0; i < times; i++) Run();
        return _live[0].First;
    }

    /// <summary>Takes a batch of samples.</summary>
    internal void Sample()
    {
        long began = Stopwatch.GetTimestamp();
        Run();
        _batches.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / Batch);
    }

    private static double WorstOf(ReadOnlySpan<double> batches)
    {
        double[] sorted = batches.ToArray();
        Array.Sort(sorted);
        return sorted[sorted.Length * 99 / 100];
    }

    private void Run()
    {
        for (int i = 0; i < Batch; i++)
        {
            ulong random = Next();
            ref Range range = ref _live[(random >> 32) % Live];
            _allocator.Free(range.First, (ulong)range.Pages, range.Note);
            Fill(ref range, random);
        }
    }

    private void Fill(ref Range range, ulong random)
    {
        range.Pages = 1 + (int)((random & uint.MaxValue) % MostPages);
        range.First = _allocator.Allocate((ulong)range.Pages, out range.Note);
        if (range.First == 0) Throw.Invalid("The window is exhausted.");
    }

    /// <summary>xorshift64.</summary>
    private ulong Next()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _random;
    }

    /// <summary>What a driver would keep of a range, together in one place: the allocators are measured, not the reading of three arrays.</summary>
    private struct Range
    {
        internal ulong First;
        internal int Pages;
        internal int Note;
    }
}
