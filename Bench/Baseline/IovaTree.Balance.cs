namespace Bench;

/// <summary>
/// Balance: no red node has a red child, and every path down meets as many black nodes. Node 0 stands for the
/// leaves and is black; removal borrows its parent link.
/// </summary>
internal sealed partial class IovaTree
{
    /// <summary>Takes a node out.</summary>
    internal void Remove(int node)
    {
        int gone = node;
        int child;
        if (_nodes[node].Left != 0 && _nodes[node].Right != 0)
        {
            gone = _nodes[node].Right;
            while (_nodes[gone].Left != 0) gone = _nodes[gone].Left;
        }

        bool wasRed = _nodes[gone].Red;
        child = _nodes[gone].Left != 0 ? _nodes[gone].Left : _nodes[gone].Right;
        int parent = _nodes[gone].Parent;
        _nodes[child].Parent = parent;
        Replace(parent, gone, child);
        if (gone != node) PutInPlaceOf(gone, node, child);
        Count--;
        if (!wasRed) MendAfterRemoval(child);
        _nodes[0] = default;
    }

    /// <summary>Whether order, colours and count hold everywhere; for checks.</summary>
    internal bool IsSound()
    {
        int count = 0;
        ulong end = 0;
        bool sound = !_nodes[_root].Red && BlackHeight(_root, ref count, ref end) >= 0;
        return sound && count == Count;
    }

    private int BlackHeight(int node, ref int count, ref ulong end)
    {
        if (node == 0) return 1;
        ref IovaRange range = ref _nodes[node];
        if (range.Red && (_nodes[range.Left].Red || _nodes[range.Right].Red)) return -1;
        int left = BlackHeight(range.Left, ref count, ref end);
        if (count > 0 && range.First <= end) return -1;
        end = range.Last;
        count++;
        int right = BlackHeight(range.Right, ref count, ref end);
        return left < 0 || left != right ? -1 : left + (range.Red ? 0 : 1);
    }

    /// <summary>The successor takes the place, the links and the colour of the node that leaves.</summary>
    private void PutInPlaceOf(int successor, int node, int child)
    {
        ref IovaRange old = ref _nodes[node];
        ref IovaRange heir = ref _nodes[successor];
        heir.Parent = old.Parent;
        heir.Left = old.Left;
        heir.Right = old.Right;
        heir.Red = old.Red;
        Replace(old.Parent, node, successor);
        if (heir.Left != 0) _nodes[heir.Left].Parent = successor;
        if (heir.Right != 0) _nodes[heir.Right].Parent = successor;
        if (_nodes[child].Parent == node) _nodes[child].Parent = successor;
    }

    private void Replace(int parent, int old, int heir)
    {
        if (parent == 0) _root = heir;
        else if (_nodes[parent].Left == old) _nodes[parent].Left = heir;
        else _nodes[parent].Right = heir;
    }

    private void Rotate(int node, bool left)
    {
        int up = left ? _nodes[node].Right : _nodes[node].Left;
        int moved = left ? _nodes[up].Left : _nodes[up].Right;
        int parent = _nodes[node].Parent;
        if (left) _nodes[node].Right = moved;
        else _nodes[node].Left = moved;
        if (moved != 0) _nodes[moved].Parent = node;
        Replace(parent, node, up);
        _nodes[up].Parent = parent;
        if (left) _nodes[up].Left = node;
        else _nodes[up].Right = node;
        _nodes[node].Parent = up;
    }

    private void MendAfterInsert(int node)
    {
        while (_nodes[_nodes[node].Parent].Red)
        {
            int parent = _nodes[node].Parent;
            int grand = _nodes[parent].Parent;
            bool left = parent == _nodes[grand].Left;
            int uncle = left ? _nodes[grand].Right : _nodes[grand].Left;
            if (_nodes[uncle].Red)
            {
                _nodes[parent].Red = _nodes[uncle].Red = false;
                _nodes[grand].Red = true;
                node = grand;
                continue;
            }

            if (node == (left ? _nodes[parent].Right : _nodes[parent].Left))
            {
                Rotate(parent, left);
                parent = node;
            }

            _nodes[parent].Red = false;
            _nodes[grand].Red = true;
            Rotate(grand, !left);
            break;
        }

        _nodes[_root].Red = false;
    }

    private void MendAfterRemoval(int node)
    {
        while (node != _root && !_nodes[node].Red)
        {
            int parent = _nodes[node].Parent;
            bool left = node == _nodes[parent].Left;
            int sibling = left ? _nodes[parent].Right : _nodes[parent].Left;
            if (_nodes[sibling].Red)
            {
                _nodes[sibling].Red = false;
                _nodes[parent].Red = true;
                Rotate(parent, left);
                sibling = left ? _nodes[parent].Right : _nodes[parent].Left;
            }

            int near = left ? _nodes[sibling].Left : _nodes[sibling].Right;
            int far = left ? _nodes[sibling].Right : _nodes[sibling].Left;
            if (!_nodes[near].Red && !_nodes[far].Red)
            {
                _nodes[sibling].Red = true;
                node = parent;
                continue;
            }

            if (!_nodes[far].Red)
            {
                _nodes[near].Red = false;
                _nodes[sibling].Red = true;
                Rotate(sibling, !left);
                sibling = near;
                far = left ? _nodes[sibling].Right : _nodes[sibling].Left;
            }

            _nodes[sibling].Red = _nodes[parent].Red;
            _nodes[parent].Red = _nodes[far].Red = false;
            Rotate(parent, left);
            node = _root;
        }

        _nodes[node].Red = false;
    }
}
