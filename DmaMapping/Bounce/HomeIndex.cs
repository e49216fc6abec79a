using System;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Which homes have copies in a pool. This is where I7 is held among bounced mappings: two copies of one byte may live at once
/// only while no device may write either, or if both take turns and are of two mappings. Thread-safe: homes fall into shards by 2 MiB, each with a lock of its own; a
/// mapping takes those that it needs in order, so that of two that exclude each other one is entered, always.
/// </summary>
internal sealed class HomeIndex(PieceTable table)
{
    private const int ShardBits = 6;
    private const int RegionShift = 21 - BouncePiece.BlockShift;
    private const int FewestBuckets = 16;
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    private readonly Shard[] _shards = new Shard[1 << ShardBits];

    /// <summary>Makes room for as many pieces as there are slots. One thread at a time does.</summary>
    internal void Fit(long slots)
    {
        int log = Math.Max(Bits.CeilLog2(FewestBuckets), Bits.CeilLog2((ulong)slots) - ShardBits);
        for (int i = 0; i < _shards.Length; i++)
        {
            var buckets = new int[1 << log];
            for (int at = 0; at < buckets.Length; at++) buckets[at] = BouncePiece.None;
            ref Shard shard = ref _shards[i];
            shard.Gate.Enter();
            int[]? before = shard.Buckets;
            shard.Buckets = buckets;
            foreach (int bucket in before ?? []) Move(bucket, ref shard);
            shard.Gate.Exit();
        }
    }

    /// <summary>Enters pieces under their homes, all of them or none, unless a copy of one of their bytes lives that would diverge.</summary>
    /// <param name="pieces">In the order of the view; what stands at their slots becomes equal to them.</param>
    /// <param name="keep">Whether they stay; otherwise it is only asked whether they could.</param>
    /// <param name="conflict">Offset in the view of the first byte that could not be entered.</param>
    internal bool TryEnter(ReadOnlySpan<BouncePiece> pieces, bool keep, out long conflict)
    {
        ulong shards = 0;
        foreach (ref readonly BouncePiece piece in pieces) shards |= 1ul << ShardOf(piece.Block);
        for (ulong left = shards; left != 0; left &= left - 1) _shards[Bits.TrailingZeros(left)].Gate.Enter();
        int entered = 0;
        conflict = -1;
        for (; entered < pieces.Length; entered++)
        {
            ref readonly BouncePiece piece = ref pieces[entered];
            ref int bucket = ref _shards[ShardOf(piece.Block)].BucketOf(piece.Block);
            conflict = ConflictIn(bucket, piece);
            if (conflict >= 0) break;
            ref BouncePiece live = ref table[piece.Slot];
            live = piece;
            live.NextInBucket = bucket;
            bucket = piece.Slot;
        }

        if (!keep || conflict >= 0)
        {
            for (int i = entered - 1; i >= 0; i--) LeaveHeld(pieces[i].Slot);
        }

        for (ulong left = shards; left != 0; left &= left - 1) _shards[Bits.TrailingZeros(left)].Gate.Exit();
        return conflict < 0;
    }

    /// <summary>Enters one piece, the only one of its mapping.</summary>
    internal bool TryEnter(in BouncePiece piece)
    {
        ref Shard shard = ref _shards[ShardOf(piece.Block)];
        shard.Gate.Enter();
        ref int bucket = ref shard.BucketOf(piece.Block);
        bool enters = ConflictIn(bucket, piece) < 0;
        if (enters)
        {
            ref BouncePiece live = ref table[piece.Slot];
            live = piece;
            live.NextInBucket = bucket;
            bucket = piece.Slot;
        }

        shard.Gate.Exit();
        return enters;
    }

    /// <summary>Takes one piece out.</summary>
    internal void Leave(int slot)
    {
        ref BriefLock gate = ref _shards[ShardOf(table[slot].Block)].Gate;
        gate.Enter();
        LeaveHeld(slot);
        gate.Exit();
    }

    /// <summary>Takes pieces out, from one to the last of its mapping.</summary>
    internal void LeaveAll(int slot)
    {
        int held = -1;
        for (; slot != BouncePiece.None; slot = table[slot].NextInMapping)
        {
            int shard = ShardOf(table[slot].Block);
            if (shard != held)
            {
                if (held >= 0) _shards[held].Gate.Exit();
                held = shard;
                _shards[held].Gate.Enter();
            }

            LeaveHeld(slot);
        }

        if (held >= 0) _shards[held].Gate.Exit();
    }

    /// <summary>Makes a piece shorter.</summary>
    internal void Clip(int slot, int length)
    {
        ref BouncePiece piece = ref table[slot];
        ref BriefLock gate = ref _shards[ShardOf(piece.Block)].Gate;
        gate.Enter();
        piece.Length = length;
        gate.Exit();
    }

    private static int ShardOf(ulong block) => (int)(((block >> RegionShift) * Spread) >> (64 - ShardBits));

    /// <summary>The first byte of a piece that one in a bucket would diverge from, as an offset in the view; -1 for none.</summary>
    private long ConflictIn(int bucket, in BouncePiece entering)
    {
        // Compared as distances from its own home: any address can be the last one.
        int nearest = entering.Length;
        for (int at = bucket; at != BouncePiece.None;)
        {
            ref BouncePiece other = ref table[at];
            at = other.NextInBucket;
            if (other.Home - entering.Home >= (ulong)entering.Length && entering.Home - other.Home >= (ulong)other.Length) continue;
            if (!other.DeviceWrites && !entering.DeviceWrites) continue;
            if (other.TakesTurns && entering.TakesTurns && other.FirstInMapping != entering.FirstInMapping) continue;
            nearest = other.Home <= entering.Home ? 0 : Math.Min(nearest, (int)(other.Home - entering.Home));
        }

        return nearest == entering.Length ? -1 : entering.ViewOffset + nearest;
    }

    private void LeaveHeld(int slot)
    {
        ref BouncePiece leaving = ref table[slot];
        ref int link = ref _shards[ShardOf(leaving.Block)].BucketOf(leaving.Block);
        while (link != slot) link = ref table[link].NextInBucket;
        link = leaving.NextInBucket;
    }

    private void Move(int slot, ref Shard to)
    {
        while (slot != BouncePiece.None)
        {
            ref BouncePiece piece = ref table[slot];
            ref int bucket = ref to.BucketOf(piece.Block);
            (int next, piece.NextInBucket) = (piece.NextInBucket, bucket);
            (bucket, slot) = (slot, next);
        }
    }

    private struct Shard
    {
        internal BriefLock Gate;
        internal int[]? Buckets;

        internal readonly ref int BucketOf(ulong block) => ref Buckets![(int)((block * Spread) >> 40) & (Buckets.Length - 1)];
    }
}
