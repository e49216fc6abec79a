using System;
using System.Collections.Generic;

namespace Conformance;

/// <summary>
/// The orders in which devices can go through their lives, each its own four steps in order. One is written as the devices'
/// indices in the order in which they act: of three devices there are 12! / (4!)^3 = 34,650.
/// </summary>
public static class Interleavings
{
    /// <summary>Steps in a device's life.</summary>
    public const int StepsEach = 4;

    /// <summary>All orders of some devices, in the order of their digits.</summary>
    /// <param name="devices">1 to 3: of four there are 63 million.</param>
    public static IReadOnlyList<byte[]> All(int devices)
    {
        if (devices is < 1 or > 3) throw new ArgumentOutOfRangeException(nameof(devices), devices, "1 to 3; more are sampled");
        var all = new List<byte[]>();
        Extend(all, new byte[devices * StepsEach], new int[devices], 0);
        return all;
    }

    /// <summary>One order of some devices.</summary>
    /// <param name="devices">How many.</param>
    /// <param name="seed">Equal seeds give equal orders.</param>
    public static byte[] Random(int devices, ulong seed)
    {
        var order = new byte[devices * StepsEach];
        for (int i = 0; i < order.Length; i++) order[i] = (byte)(i % devices);
        for (int i = order.Length - 1; i > 0; i--)
        {
            seed = OrderSeed.Next(seed);
            int other = (int)(seed % (ulong)(i + 1));
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    /// <summary>The steps of an order: a device's first is to attach, its last to detach.</summary>
    public static OrderStep[] StepsOf(byte[] order)
    {
        var done = new int[OrderDevice.Most];
        var steps = new OrderStep[order.Length];
        for (int i = 0; i < order.Length; i++) steps[i] = new OrderStep((OrderAction)done[order[i]]++, order[i]);
        return steps;
    }

    private static void Extend(List<byte[]> all, byte[] order, int[] done, int at)
    {
        if (at == order.Length)
        {
            all.Add([.. order]);
            return;
        }

        for (int device = 0; device < done.Length; device++)
        {
            if (done[device] == StepsEach) continue;
            done[device]++;
            order[at] = (byte)device;
            Extend(all, order, done, at + 1);
            done[device]--;
        }
    }
}
