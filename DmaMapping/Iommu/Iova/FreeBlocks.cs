using System;
using System.Collections.Generic;

namespace DmaMapping;

/// <summary>
/// The free blocks of one size (an order: 2^order pages), last in first out, with any one of them found by its address.
/// Grows with the most blocks that were ever free at once; allocates nothing otherwise.
/// </summary>
internal sealed class FreeBlocks
{
    private const int None = -1;

    private readonly Dictionary<ulong, int> _nodeOf = [];
    private Node[] _nodes = new Node[8];
    private int _top = None;
    private int _unused = None;
    private int _used;

    internal int Count => _nodeOf.Count;

    internal void Push(ulong page)
    {
        int node = _unused;
        if (node == None)
        {
            if (_used == _nodes.Length) Array.Resize(ref _nodes, _used * 2);
            node = _used++;
        }
        else
        {
            _unused = _nodes[node].Below;
        }

        _nodeOf.Add(page, node);
        _nodes[node] = new Node { Page = page, Below = _top, Above = None };
        if (_top != None) _nodes[_top].Above = node;
        _top = node;
    }

    internal bool TryPop(out ulong page)
    {
        page = _top == None ? 0 : _nodes[_top].Page;
        return _top != None && TryRemove(page);
    }

    internal bool TryRemove(ulong page)
    {
        if (!_nodeOf.TryGetValue(page, out int node)) return false;
        _nodeOf.Remove(page);
        Node removed = _nodes[node];
        if (removed.Above == None) _top = removed.Below;
        else _nodes[removed.Above].Below = removed.Below;
        if (removed.Below != None) _nodes[removed.Below].Above = removed.Above;
        _nodes[node].Below = _unused;
        _unused = node;
        return true;
    }

    private struct Node
    {
        internal ulong Page;
        internal int Below;
        internal int Above;
    }
}
