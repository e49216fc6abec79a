using System;
using System.Collections.Generic;
using System.Globalization;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Plays the steps of a trace both on the library and on a naive model of memory, and requires after each that they agree: what is mapped or refused
/// and why, where each byte lives, what devices reach and where they fault, which tokens are live, what is free.
/// </summary>
internal sealed partial class TracePlayer
{
    private const int SweepEvery = 32;

    private readonly TraceMachine _machine;
    private readonly TraceBytes _bytes;
    private readonly byte[] _real;
    private readonly byte[] _model;
    private readonly TraceBackend _backend;
    private readonly TraceTally _tally;
    private readonly ModelBuffer?[] _buffers = new ModelBuffer?[TraceStep.MostBuffers];
    private readonly ModelMapping?[] _mappings = new ModelMapping?[TraceStep.MostMappings];
    private readonly ModelReservation?[] _reservations = new ModelReservation?[TraceStep.MostReservations];
    private readonly List<(ulong Address, long Length)> _pieces = [];
    private int _steps;

    internal TracePlayer(TraceCase one, TraceBytes bytes, TraceTally tally)
    {
        (_bytes, _backend, _tally) = (bytes, one.Backend, tally);
        _machine = new TraceMachine(one.Backend, one.Setting, one.Devices, bytes);
        (_real, _model) = (bytes.Real, bytes.Model);
        _slots = new ModelMapping?[one.Setting.Slots];
        _attachments = new Attachment?[one.Devices.Count];
        _machine.Hardware.Forgot = Forget;
    }

    /// <summary>Stands for everything that came out so far.</summary>
    internal ulong Digest { get; private set; }

    internal IReadOnlyList<TraceStand> Stands => _machine.Stands;

    internal IReadOnlyList<ModelBuffer?> Buffers => _buffers;

    internal IReadOnlyList<ModelMapping?> Mappings => _mappings;

    internal IReadOnlyList<ModelReservation?> Reservations => _reservations;

    internal int SharedBytes => _machine.Setting.SharedBytes;

    internal IReadOnlyList<Attachment?> Attachments => _attachments;

    /// <summary>Times that a device was refused.</summary>
    internal int Refused { get; private set; }

    /// <summary>Carries out a step.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    internal string? Do(TraceStep step)
    {
        try
        {
            Play(step);
            if (++_steps % SweepEvery == 0) Sweep();
            return null;
        }
#pragma warning disable CA1031 // Whatever is thrown is what is wrong.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return Told(thrown);
        }
    }

    /// <summary>Ends everything, and compares everything that was touched.</summary>
    internal string? Finish()
    {
        try
        {
            for (int i = 0; i < _mappings.Length; i++) Unmap(i, 0);
            for (int i = 0; i < _reservations.Length; i++) Release(i);
            EndSharing();
            for (int i = 0; i < _buffers.Length; i++) Free(i);
            Sweep();
            _machine.Close();
            return null;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return $"at the end: {Told(thrown)}";
        }
    }

    private static string Told(Exception thrown) => thrown is LawViolatedException ? thrown.Message : $"{thrown.GetType().Name}: {thrown.Message}{Environment.NewLine}{thrown.StackTrace}";

    private static void Require(bool holds, string broken)
    {
        if (!holds) throw new LawViolatedException(broken);
    }

    private void Play(TraceStep step)
    {
        _tally.Count(TraceTally.Actions, step.Action.ToString());
        switch (step.Action)
        {
            case TraceAction.Buffer: Name(step); break;
            case TraceAction.Allocate: Allocate(step); break;
            case TraceAction.Free: Free(step.Item); break;
            case TraceAction.Map: Map(step); break;
            case TraceAction.Unmap: Unmap(step.Item, step.At); break;
            case TraceAction.SyncForCpu: Sync(step, forCpu: true); break;
            case TraceAction.SyncForDevice: Sync(step, forCpu: false); break;
            case TraceAction.Read: Access(step, writes: false); break;
            case TraceAction.Write: Access(step, writes: true); break;
            case TraceAction.Revisit: Revisit(step); break;
            case TraceAction.CpuRead: CpuRead(step); break;
            case TraceAction.CpuWrite: CpuWrite(step); break;
            case TraceAction.Misuse: Misuse(step); break;
            case TraceAction.Attach: Attach(step.Device); break;
            case TraceAction.Detach: Detach(step.Device); break;
            case TraceAction.Share: Share(step); break;
            case TraceAction.SharedRead: TouchShared(step, writes: false); break;
            case TraceAction.SharedWrite: TouchShared(step, writes: true); break;
            case TraceAction.Reserve: Reserve(step); break;
            case TraceAction.Link: Link(step); break;
            case TraceAction.Unlink: Unlink(step); break;
            case TraceAction.Release: Release(step.Item); break;
            case TraceAction.Spend: Spend(step); break;
            default: PassTime(); break;
        }
    }

    private void Note(ulong outcome) => Digest = OrderSeed.Next(Digest ^ outcome);

    private void PassTime()
    {
        _machine.Clock.PassTime();
        foreach (TraceStand stand in _machine.Stands) Require(stand.Pending.Count == 0, $"the window has passed, and the hardware was not made to forget {stand.Pending.Count} mappings of {stand}");
    }

    /// <summary>The hardware has forgotten granules.</summary>
    private void Forget(int domain, ulong first, ulong count)
    {
        foreach (TraceStand stand in _machine.Stands)
        {
            if (stand.Domain != domain) continue;
            for (int i = stand.Pending.Count - 1; i >= 0; i--)
            {
                ModelReach reach = stand.Pending[i];
                if (reach.First >= first && reach.First - first + reach.Count <= count) stand.Pending.RemoveAt(i);
            }
        }
    }

    /// <summary>Compares all that was touched, free slots and page tables left out.</summary>
    private void Sweep()
    {
        foreach (int frame in _bytes.Touched)
        {
            int at = frame * TraceMemory.Frame;
            if (frame >= TraceMemory.FirstOfTables) continue;
            if (frame < _slots.Length && _slots[frame] is null) continue;
            Compare(at, TraceMemory.Frame, frame < _slots.Length ? "a slot" : "a home");
        }

        if (_machine.Pool is null) return;
        long held = _machine.Pool.Capacity - _machine.Pool.FreeBytes;
        Require(held == (long)_slotsHeld * TraceMemory.Frame, $"{held} bytes of the pool are taken, and {_slotsHeld} slots are mapped");
    }

    private void Compare(int at, int length, string what)
    {
        ReadOnlySpan<byte> real = _real.AsSpan(at, length), model = _model.AsSpan(at, length);
        if (real.SequenceEqual(model)) return;
        int i = 0;
        while (real[i] == model[i]) i++;
        throw new LawViolatedException(string.Format(CultureInfo.InvariantCulture, "{0} at 0x{1:x} holds {2:x2} where {3:x2} belongs", what, TraceMemory.AddressOf(at + i), real[i], model[i]));
    }

    private static void MustThrow<T>(string what, Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T)
        {
            return;
        }

        throw new LawViolatedException($"{what} is accepted");
    }
}
