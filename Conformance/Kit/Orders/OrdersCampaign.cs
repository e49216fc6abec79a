using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Conformance;

/// <summary>Tries the orders in which devices attach, map, unmap and detach, all of them or some, and compares with the oracle.</summary>
public static class OrdersCampaign
{
    private const long Batch = 256;

    /// <summary>Tries the cases of one policy.</summary>
    public static OrdersResult Run(OrdersOptions options)
    {
        var work = new Work(options);
        long began = Stopwatch.GetTimestamp();
        var threads = new Thread[Math.Max(1, options.Threads)];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(work.Take) { IsBackground = true };
            threads[i].Start();
        }

        foreach (Thread thread in threads) thread.Join();
        var time = TimeSpan.FromSeconds((double)(Stopwatch.GetTimestamp() - began) / Stopwatch.Frequency);
        work.ThrowIfFailed();
        OrderCase? shortest = null;
        string? what = null;
        if (work.First is { } first)
        {
            shortest = OrderShrinking.Shrink(first.Case, options.Parts, out what);
            what ??= $"{first.What}; but not in a world that is fresh";
        }

        return new OrdersResult(options.Policy, options.Random > 0 ? 0 : work.Orders, work.Tally, time, shortest, what);
    }

    /// <summary>Tries one case in a world of its own.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Try(OrderCase one, OrderParts parts) => OrderRun.Of(new OrderWorld(one.Policy, parts), one, new OrderTally());

    private sealed class Work
    {
        private readonly object _lock = new();
        private readonly OrdersOptions _options;
        private readonly IReadOnlyList<byte[]> _orders = [];
        private readonly IReadOnlyList<OrderClass[]> _choices = [];
        private readonly long _count;
        private long _next;
        private long _done;
        private long _violations;
        private long _firstNumber = long.MaxValue;
        private Exception? _fault;

        internal Work(OrdersOptions options)
        {
            _options = options;
            long all = options.Random;
            if (all == 0)
            {
                _orders = Interleavings.All(options.Devices);
                _choices = OrderCases.Choices(options.Devices);
                all = (long)_orders.Count * _choices.Count;
            }

            _count = (all + options.Stride - 1) / options.Stride;
            if (options.Limit > 0) _count = Math.Min(_count, options.Limit);
        }

        internal long Orders => _orders.Count;

        internal OrderTally Tally { get; } = new();

        internal (OrderCase Case, string What)? First { get; private set; }

        internal void ThrowIfFailed()
        {
            if (_fault is not null) throw new InvalidOperationException("The campaign itself failed.", _fault);
        }

        internal void Take()
        {
            var tally = new OrderTally();
            try
            {
                var world = new OrderWorld(_options.Policy, _options.Parts);
                while (Interlocked.Add(ref _next, Batch) - Batch is var from && from < _count)
                {
                    long to = Math.Min(from + Batch, _count);
                    for (long i = from; i < to; i++)
                    {
                        long number = i * _options.Stride;
                        OrderCase one = Case(number);
                        if (OrderRun.Of(world, one, tally) is not { } what) continue;
                        if (Note(number, one, what)) break;
                        world = new OrderWorld(_options.Policy, _options.Parts);
                    }

                    _options.Progress?.Invoke(Interlocked.Add(ref _done, to - from), _count);
                }
            }
#pragma warning disable CA1031 // Kept for the thread that waits.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                lock (_lock) _fault ??= thrown;
            }

            lock (_lock) Tally.Add(tally);
        }

        private OrderCase Case(long number)
        {
            if (_options.Random > 0) return OrderCases.Random(_options.Policy, _options.Devices, OrderSeed.Next(_options.Seed) + (ulong)number);
            int order = (int)(number % _orders.Count);
            return OrderCases.Of(_options.Policy, _choices[(int)(number / _orders.Count)], _orders[order], order, number);
        }

        /// <summary>Keeps the violation with the lowest number, so that two threads tell what one would.</summary>
        /// <returns>Whether there have been enough.</returns>
        private bool Note(long number, OrderCase one, string what)
        {
            lock (_lock)
            {
                if (number < _firstNumber) (_firstNumber, First) = (number, (one, what));
                _violations++;
                if (_violations < _options.MostViolations) return false;
                _next = _count;
                return true;
            }
        }
    }
}
