using System;
using System.Collections.Generic;
using PfnBuffers;

namespace Conformance;

/// <summary>The cases of a campaign, by number.</summary>
public static class OrderCases
{
    private static readonly OrderFlavour[] Flavours =
    [
        OrderFlavour.Plain, OrderFlavour.Plain, OrderFlavour.Plain, OrderFlavour.Plain, OrderFlavour.Plain,
        OrderFlavour.Plain, OrderFlavour.Plain, OrderFlavour.Plain, OrderFlavour.SilentNoCopies,
        OrderFlavour.NoCopies, OrderFlavour.OpenToCpu, OrderFlavour.OddLength,
        OrderFlavour.Bar, OrderFlavour.Protected, OrderFlavour.Silent, OrderFlavour.Unconfined,
    ];

    /// <summary>Every choice of some classes, repetition allowed, without regard to order: 120 of three.</summary>
    public static IReadOnlyList<OrderClass[]> Choices(int devices)
    {
        var all = new List<OrderClass[]>();
        Extend(all, new OrderClass[devices], 0, OrderClass.Translated);
        return all;
    }

    /// <summary>A case of an exhaustive campaign. The flavour follows from the order, directions and bytes from the number.</summary>
    /// <param name="policy">Its policy.</param>
    /// <param name="classes">What the devices are.</param>
    /// <param name="order">The order in which they act.</param>
    /// <param name="interleaving">The order's number.</param>
    /// <param name="number">The case's number.</param>
    public static OrderCase Of(OrderPolicy policy, OrderClass[] classes, byte[] order, int interleaving, long number)
        => Of(policy, Flavours[interleaving % Flavours.Length], OrderSeed.Next((ulong)number), classes, order);

    /// <summary>A case at random.</summary>
    /// <param name="policy">Its policy.</param>
    /// <param name="mostDevices">Most devices of it; at least two.</param>
    /// <param name="seed">Equal seeds give equal cases.</param>
    public static OrderCase Random(OrderPolicy policy, int mostDevices, ulong seed)
    {
        ulong next = OrderSeed.Next(seed);
        var classes = new OrderClass[2 + (int)(next % (ulong)(mostDevices - 1))];
        for (int i = 0; i < classes.Length; i++)
        {
            next = OrderSeed.Next(next);
            classes[i] = (OrderClass)(next % 8);
        }

        next = OrderSeed.Next(next);
        return Of(policy, Flavours[(int)(next % (ulong)Flavours.Length)], next, classes, Interleavings.Random(classes.Length, OrderSeed.Next(next)));
    }

    private static OrderCase Of(OrderPolicy policy, OrderFlavour flavour, ulong seed, OrderClass[] classes, byte[] order)
    {
        var devices = new OrderDevice[classes.Length];
        ulong directions = seed >> 8;
        for (int i = 0; i < classes.Length; i++)
        {
            devices[i] = new OrderDevice((char)('a' + i), classes[i], (DmaDirection)(1 + (directions % 3)));
            directions /= 3;
        }

        return new OrderCase(policy, flavour, seed, devices, Interleavings.StepsOf(order));
    }

    private static void Extend(List<OrderClass[]> all, OrderClass[] chosen, int at, OrderClass least)
    {
        if (at == chosen.Length)
        {
            all.Add([.. chosen]);
            return;
        }

        for (OrderClass one = least; one <= OrderClass.Raw; one++)
        {
            chosen[at] = one;
            Extend(all, chosen, at + 1, one);
        }
    }
}
