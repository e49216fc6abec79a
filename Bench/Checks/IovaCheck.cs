using System;
using System.Collections.Generic;

namespace Bench;

/// <summary>
/// Random allocations and frees: ranges never overlap, are aligned to their size, stay below the limit, and every
/// tree stays ordered and balanced.
/// </summary>
internal static class IovaCheck
{
    private const ulong Limit = AddressChurn.LastPage;

    /// <summary>Throws where the allocator or its tree does not do its work.</summary>
    internal static void Run()
    {
        Addresses(new LinuxIovaAllocator(limit: Limit));
        Addresses(new PfnIova(limit: Limit));
        Tree();
    }

    private static void Addresses(IAddressAllocator allocator)
    {
        Random random = new(1);
        SortedDictionary<ulong, (ulong Pages, int Note)> held = [];
        List<ulong> order = [];
        for (int i = 0; i < 20_000; i++)
        {
            if (order.Count > 2000)
            {
                int at = random.Next(order.Count);
                allocator.Free(order[at], held[order[at]].Pages, held[order[at]].Note);
                held.Remove(order[at]);
                order[at] = order[^1];
                order.RemoveAt(order.Count - 1);
            }

            ulong pages = (ulong)random.Next(1, 97);
            ulong first = allocator.Allocate(pages, out int note);
            Expect(first != 0 && first + pages - 1 <= Limit, "a range lies in the window");
            Expect((first & ((1UL << IovaSpace.OrderOf(pages)) - 1)) == 0, "a range is aligned to its size");
            held.Add(first, (pages, note));
            order.Add(first);
        }

        ulong end = 0;
        foreach ((ulong first, (ulong pages, _)) in held)
        {
            Expect(first >= end, "no two ranges overlap");
            end = first + pages;
        }
    }

    private static void Tree()
    {
        Random random = new(2);
        IovaTree tree = new();
        List<int> nodes = [];
        for (int i = 0; i < 20_000; i++)
        {
            if (nodes.Count == 0 || random.Next(i < 10_000 ? 3 : 2) != 0)
            {
                ulong first = (ulong)random.Next(1 << 24) * 2;
                if (tree.Find(first) != 0) continue;
                int node = tree.Take(first, first + 1);
                tree.Insert(node, tree.FirstAbove(first));
                nodes.Add(node);
            }
            else
            {
                int at = random.Next(nodes.Count);
                tree.Remove(nodes[at]);
                tree.Return(nodes[at]);
                nodes[at] = nodes[^1];
                nodes.RemoveAt(nodes.Count - 1);
            }

            if (i % 100 == 0) Expect(tree.IsSound(), "the tree is ordered and balanced");
        }
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds) Throw.Invalid($"Self check failed: {what}.");
    }
}
