using System;
using System.Collections.Generic;
using System.Globalization;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// One thread's life in a world: random steps, each carried out both on the library and on the model, and what it touched compared. A step draws
/// its numbers from the seed and its own number alone, so steps can be left out of a life and the others draw the same.
/// </summary>
internal sealed partial class SpyRun
{
    private const int MostLive = 20;
    private const int SweepEvery = 2048;

    private readonly SpyWorld _world;
    private readonly SpyMemory _memory;
    private readonly SpyTally _tally;
    private readonly ulong _seed;
    private readonly int _thread;
    private readonly byte[] _real;
    private readonly byte[] _model;
    private readonly List<SpyMapping> _live = [];
    private readonly SpyCopies _copies;
    private readonly SpyReach[] _reach;
    private readonly byte[] _scratch = new byte[SpyMemory.Frame];
    private int _slotsHeld;
    private string _doing = string.Empty;

    internal SpyRun(SpyWorld world, ulong seed, int thread, SpyTally tally)
    {
        (_world, _memory, _model, _real) = (world, world.Memory, world.Model, world.Memory.Bytes);
        (_seed, _thread, _tally) = (OrderSeed.Next(seed + (ulong)thread), thread, tally);
        _copies = new SpyCopies(_memory.ModelledBytes);
        _reach = Array.ConvertAll(world.Stands, _ => new SpyReach());
    }

    /// <summary>Receives a line for each step; null for none.</summary>
    internal Action<string>? Log { get; init; }

    /// <summary>Whether other threads use the pool and the mappers at the same time.</summary>
    private bool IsShared => _world.Threads > 1;

    /// <summary>Carries out steps.</summary>
    /// <param name="steps">Their numbers.</param>
    /// <param name="done">How many went well.</param>
    /// <param name="isOver">Says whether to stop early.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    internal string? Do(IReadOnlyList<int> steps, out int done, Func<bool>? isOver = null)
    {
        done = 0;
        SpyWitness.Tell(this);
        try
        {
            for (; done < steps.Count && isOver?.Invoke() != true; done++)
            {
                Do(steps[done]);
                _tally.Operations++;
                if ((done + 1) % SweepEvery == 0) Sweep();
            }

            _doing = "unmapping everything";
            var random = new SpyRandom(_seed);
            while (_live.Count > 0) Unmap(ref random, _live.Count - 1);
            Sweep();
            return null;
        }
#pragma warning disable CA1031 // Whatever is thrown is what is wrong.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            string what = thrown is LawViolatedException ? thrown.Message : $"{thrown.GetType().Name}: {thrown.Message}{Environment.NewLine}{thrown.StackTrace}";
            return $"{_doing}: {what}";
        }
        finally
        {
            SpyWitness.Tell(null);
        }
    }

    private void Do(int step)
    {
        var random = new SpyRandom(_seed ^ OrderSeed.Next((ulong)step));
        _doing = "something";
        int kind = random.Below(100);
        if (_live.Count >= MostLive) kind = 99;
        try
        {
            if (kind < 33) Map(ref random);
            else if (kind < 39) TouchHome(ref random);
            else if (kind < 40) Probe(ref random);
            else if (_live.Count == 0) Map(ref random);
            else if (kind < 52) Sync(ref random, forCpu: true);
            else if (kind < 60) Sync(ref random, forCpu: false);
            else if (kind < 68) Access(ref random, writes: true);
            else if (kind < 74) Scribble(ref random);
            else if (kind < 80) Access(ref random, writes: false);
            else Unmap(ref random, random.Below(_live.Count));
        }
        finally
        {
            Log?.Invoke(string.Format(CultureInfo.InvariantCulture, "step {0} # {1}", step, _doing));
        }
    }

    /// <summary>Compares everything that is known.</summary>
    private void Sweep()
    {
        for (int frame = _memory.PoolBytes; frame < _memory.ModelledBytes; frame += SpyMemory.Frame)
        {
            if (IsMine(frame)) Compare(frame, "a home that nobody wrote");
        }

        foreach (SpyMapping mapping in _live) Compare(mapping);
        if (!IsShared) RequireFree("at rest");
    }

    /// <summary>Compares the homes and the slots of a mapping.</summary>
    private void Compare(SpyMapping mapping)
    {
        foreach (SpyPiece piece in mapping.Pieces)
        {
            Compare(piece.HomeFrame, "the home");
            if (piece.IsCopy) Compare(piece.PlaceFrame, "the slot");
        }
    }

    private void Compare(int frame, string what)
    {
        ReadOnlySpan<byte> real = _real.AsSpan(frame, SpyMemory.Frame), model = _model.AsSpan(frame, SpyMemory.Frame);
        if (real.SequenceEqual(model)) return;
        int at = 0;
        while (real[at] == model[at]) at++;
        throw new LawViolatedException(string.Format(CultureInfo.InvariantCulture, "{0} at 0x{1:x} holds {2:x2} where {3:x2} belongs ({4})", what, _memory.AddressOf(frame + at), real[at], model[at], _memory.AreaOf(frame)));
    }

    private bool IsMine(int index)
    {
        if (!IsShared) return true;
        SpyArea area = _memory.AreaOf(index);
        long offset = (long)(_memory.AddressOf(index) - SpyMemory.StartOf(area).Value);
        return offset / (_memory.LengthOf(area) / _world.Threads) == _thread;
    }

    private void RequireFree(string when)
    {
        long held = _world.Pool.Capacity - _world.Pool.FreeBytes;
        Require(held == (long)_slotsHeld * SpyMemory.Frame, $"{when}, {held} bytes of the pool are taken, and {_slotsHeld} slots are mapped");
    }

    private static void Require(bool holds, string broken)
    {
        if (!holds) throw new LawViolatedException(broken);
    }
}
