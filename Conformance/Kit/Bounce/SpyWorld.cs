using System;
using System.Threading;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A pool, the devices that share it, and a model: what every byte must be.</summary>
internal sealed class SpyWorld
{
    private const int LeastSlots = 28;

    private readonly FrameAllocator _poolFrames;
    private readonly int[] _owners;

    /// <summary>A world full of noise.</summary>
    /// <param name="seed">Equal seeds give equal worlds.</param>
    /// <param name="parts">What it is put together from.</param>
    /// <param name="threads">Threads that have homes of their own in it.</param>
    /// <param name="bytes">What holds its bytes, used again from world to world.</param>
    internal SpyWorld(ulong seed, SpyParts parts, int threads, SpyBytes bytes)
    {
        var random = new SpyRandom(seed);
        int slots = (LeastSlots + random.Below(64)) * threads;
        Threads = threads;
        Memory = new SpyMemory(slots, threads, random.OneIn(2), ref bytes.Real);
        if (bytes.Model.Length < Memory.ModelledBytes) bytes.Model = new byte[Memory.ModelledBytes];
        Model = bytes.Model;
        random.Fill(Model.AsSpan(0, Memory.ModelledBytes));
        Model.AsSpan(0, Memory.ModelledBytes).CopyTo(Memory.Bytes);

        Tables = new FrameAllocator(SpyMemory.StartOf(SpyArea.Tables), Memory.LengthOf(SpyArea.Tables));
        _poolFrames = new FrameAllocator(SpyMemory.StartOf(SpyArea.Pool), Memory.PoolBytes);
        Pool = new BouncePool(Memory, _poolFrames, Memory.PoolBytes);
        Iommu = new EmulatedIommu(Memory);
        _owners = new int[slots];
        SpyDevice[] kinds = [SpyDevice.Low, SpyDevice.Copied, SpyDevice.Confined, SpyDevice.Contiguous, SpyDevice.Sealed, SpyDevice.Windowed, SpyDevice.Narrow, SpyDevice.Keeping];
        Stands = new SpyStand[kinds.Length];
        for (int i = 0; i < kinds.Length; i++) Stands[i] = new SpyStand(kinds[i], this, parts, random.OneIn(2), random.OneIn(2));
    }

    internal int Threads { get; }

    internal SpyMemory Memory { get; }

    /// <summary>What each byte must be, by index: homes always, the pool's where a slot is in use.</summary>
    internal byte[] Model { get; }

    internal FrameAllocator Tables { get; }

    internal BouncePool Pool { get; }

    internal EmulatedIommu Iommu { get; }

    internal SpyStand[] Stands { get; }

    /// <summary>Notes that a slot is in use.</summary>
    /// <returns>False where it is in use already.</returns>
    internal bool TryClaim(int slot) => Interlocked.CompareExchange(ref _owners[slot], 1, 0) == 0;

    internal void GiveUp(int slot) => Volatile.Write(ref _owners[slot], 0);

    internal bool IsFree(int slot) => Volatile.Read(ref _owners[slot]) == 0;

    /// <summary>Nothing is mapped any more: everything is free, and can be given back.</summary>
    internal void Close()
    {
        if (Pool.FreeBytes != Pool.Capacity) throw new LawViolatedException($"nothing is mapped, and {Pool.Capacity - Pool.FreeBytes} bytes of the pool are not free");
        Pool.Dispose();
        foreach (SpyStand stand in Stands) stand.Dispose();
        if (_poolFrames.FreeFrames != _poolFrames.TotalFrames) throw new LawViolatedException("the pool's frames did not come back");
        if (Tables.FreeFrames != Tables.TotalFrames) throw new LawViolatedException("the tables' frames did not come back");
    }
}
