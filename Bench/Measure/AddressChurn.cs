using System;
using System.Diagnostics;

namespace Bench;

/// <summary>
/// The bad case of address allocation: 10,000 ranges of 1 to 96 pages live in a window of 16 GiB, one is freed at
/// random and another size allocated, again and again. Batches of 64 are timed, so that a rare long search shows.
/// </summary>
internal sealed class AddressChurn
{
    /// <summary>The last page of the window.</summary>
    internal const ulong LastPage = (16UL << 30 >> 12) - 1;

    private const int Live = 10_000;
    private const int Batch = 64;
    private const int MostSamples = 1_000_000;
    private const int MostPages = 96;

    private readonly IAddressAllocator _allocator;
    private readonly ulong[] _first = new ulong[Live];
    private readonly ulong[] _pages = new ulong[Live];
    private ulong _random = 0x9E37_79B9_7F4A_7C15;

    internal AddressChurn(IAddressAllocator allocator)
    {
        _allocator = allocator;
        for (int i = 0; i < Live; i++) Fill(i, Next());
    }

    /// <summary>Times up to a million samples.</summary>
    /// <returns>
    /// Nanoseconds a sample: the mean, of processor time, and by the wall the batch that only 1 in 100 exceeds, which
    /// wants a quiet machine.
    /// </returns>
    internal (double Mean, double Worst) Measure(TimeSpan budget)
    {
        // First the state that lasts: caches filled, the space as fragmented as it becomes.
        for (int i = 0; i < 4 * Live / Batch; i++) Run();

        double[] batches = new double[MostSamples / Batch];
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        int count = 0;
        while (count < batches.Length && (count < 100 || Stopwatch.GetElapsedTime(start) < budget))
        {
            long began = Stopwatch.GetTimestamp();
            Run();
            batches[count++] = Stopwatch.GetElapsedTime(began).TotalNanoseconds / Batch;
        }

        double mean = (Environment.CpuUsage.TotalTime - used).TotalNanoseconds / (count * (double)Batch);
        Span<double> taken = batches.AsSpan(0, count);
        taken.Sort();
        return (mean, taken[count * 99 / 100]);
    }

    private void Run()
    {
        for (int i = 0; i < Batch; i++)
        {
            ulong random = Next();
            int at = (int)((random >> 32) % Live);
            _allocator.Free(_first[at], _pages[at]);
            Fill(at, random);
        }
    }

    private void Fill(int at, ulong random)
    {
        _pages[at] = 1 + ((random & uint.MaxValue) % MostPages);
        _first[at] = _allocator.Allocate(_pages[at]);
        if (_first[at] == 0) Throw.Invalid("The window is exhausted.");
    }

    /// <summary>xorshift64.</summary>
    private ulong Next()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _random;
    }
}
