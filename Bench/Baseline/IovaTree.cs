using System;

namespace Bench;

/// <summary>
/// Ranges in use in order of address: a red-black tree with links in both directions, walked node by node
/// as <c>rb_prev</c> and <c>rb_next</c> walk it. Nodes lie in one array, from which removed ones are taken again.
/// </summary>
internal sealed partial class IovaTree
{
    private IovaRange[] _nodes = new IovaRange[64];
    private int _root;
    private int _used = 1;
    private int _free;

    /// <summary>A node by its number.</summary>
    internal ref IovaRange this[int node] => ref _nodes[node];

    /// <summary>Ranges held.</summary>
    internal int Count { get; private set; }

    /// <summary>Takes a node that is in no tree yet.</summary>
    internal int Take(ulong first, ulong last)
    {
        int node = _free;
        if (node != 0)
        {
            _free = _nodes[node].Right;
        }
        else
        {
            if (_used == _nodes.Length) Array.Resize(ref _nodes, _used * 2);
            node = _used++;
        }

        _nodes[node] = new IovaRange { First = first, Last = last };
        return node;
    }

    /// <summary>Returns a node that is in no tree any more.</summary>
    internal void Return(int node)
    {
        _nodes[node].Right = _free;
        _free = node;
    }

    /// <summary>The range that holds a page, or 0.</summary>
    internal int Find(ulong page)
    {
        int node = _root;
        while (node != 0)
        {
            ref IovaRange range = ref _nodes[node];
            if (page < range.First) node = range.Left;
            else if (page > range.Last) node = range.Right;
            else break;
        }

        return node;
    }

    /// <summary>The lowest range that starts above a page, or 0 (<c>iova_find_limit</c>).</summary>
    internal int FirstAbove(ulong page)
    {
        int found = 0;
        int node = _root;
        while (node != 0)
        {
            bool above = _nodes[node].First > page;
            if (above) found = node;
            node = above ? _nodes[node].Left : _nodes[node].Right;
        }

        return found;
    }

    /// <summary>The range below one, or 0.</summary>
    internal int Previous(int node)
    {
        int at = _nodes[node].Left;
        if (at != 0)
        {
            while (_nodes[at].Right != 0) at = _nodes[at].Right;
            return at;
        }

        at = _nodes[node].Parent;
        while (at != 0 && node == _nodes[at].Left)
        {
            node = at;
            at = _nodes[at].Parent;
        }

        return at;
    }

    /// <summary>The range above one, or 0.</summary>
    internal int Next(int node)
    {
        int at = _nodes[node].Right;
        if (at != 0)
        {
            while (_nodes[at].Left != 0) at = _nodes[at].Left;
            return at;
        }

        at = _nodes[node].Parent;
        while (at != 0 && node == _nodes[at].Right)
        {
            node = at;
            at = _nodes[at].Parent;
        }

        return at;
    }

    /// <summary>Puts a node in its place, looking for it from a node under which it is known to belong, or from the root (0).</summary>
    internal void Insert(int node, int from)
    {
        ulong first = _nodes[node].First;
        int parent = 0;
        int at = from != 0 ? from : _root;
        while (at != 0)
        {
            parent = at;
            at = first < _nodes[at].First ? _nodes[at].Left : _nodes[at].Right;
        }

        _nodes[node].Parent = parent;
        if (parent == 0) _root = node;
        else if (first < _nodes[parent].First) _nodes[parent].Left = node;
        else _nodes[parent].Right = node;
        _nodes[node].Red = true;
        Count++;
        MendAfterInsert(node);
    }
}
