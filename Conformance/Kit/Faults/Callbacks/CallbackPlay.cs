using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// Two movable devices hold a buffer's bytes, one behind an IOMMU and one without; a third comes that takes them only where they are not. What
/// becomes of it when the two answer as they please, seen from outside: by what devices read, by what frames are free, by what is told.
/// </summary>
internal sealed class CallbackPlay
{
    internal const int Length = (5 * 4096) + 100;

    private const long BytesOfEach = 1 << 20;

    /// <summary>Frames are handed out from the top: the buffer lies above 4 GiB at first.</summary>
    private readonly EmulatedMachine _machine = new(new MemoryRegion(default, BytesOfEach, MemoryKind.PageBacked), new MemoryRegion(new PhysicalAddress(1UL << 32), BytesOfEach, MemoryKind.PageBacked));
    private readonly StoppedClock _clock = new();
    private readonly CallbackHolder[] _holders;
    private readonly SharedBuffer _buffer;
    private readonly IommuDomain _domain;
    private readonly long _freeAtStart;
    private Attachment? _another;

    internal CallbackPlay(StopHabit first, StopHabit second, MovedHabit hears)
    {
        _freeAtStart = _machine.Frames.FreeFrames;
        var iommu = new EmulatedIommu(_machine);
        _domain = new IommuDomain(_machine, _machine.Frames, iommu);
        DmaDevice camera = new("camera", new RequesterId(1)), nic = new("nic", new RequesterId(2));
        _buffer = new SharedBuffer(new SystemMemoryExporter("memory", _machine, Length)) { Clock = _clock };
        _holders =
        [
            new CallbackHolder(this, first, hears, iommu.Connect(camera, _domain)),
            new CallbackHolder(this, second, hears, BusPort.Direct(nic, _machine)),
        ];
        Come(_holders[0], new IommuMapper(camera, _domain));
        Come(_holders[1], new DirectMapper(nic));
    }

    /// <summary>What is wrong first; null where nothing is.</summary>
    internal string? Wrong { get; private set; }

    internal byte[] Bytes { get; } = HomeBytes.Noise(Length, 3);

    internal MoveNotice? LastNotice { get; set; }

    /// <summary>Whether the third device came to attach, for which the bytes moved.</summary>
    internal bool HasMoved { get; private set; }

    internal void Run()
    {
        using (CpuAccess cpu = _buffer.BeginCpuAccess(0, Length, MemoryAccess.Write).Access!) cpu.Write(0, Bytes);
        foreach (CallbackHolder holder in _holders) holder.Map(mustWork: true);
        PhysicalAddress before = _buffer.Backing!.View.AddressAt(0);

        var late = new DirectMapper(new DmaDevice("late", new RequesterId(3), DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) }));
        AttachResult came = _buffer.Attach(late, new Importer(late.Profile) { ZeroCopyOnly = true });
        HasMoved = came.IsAttached;
        Judge(came, _buffer.Backing.View.AddressAt(0) != before);
        Leave(came);
    }

    internal void Complain(string what) => Wrong ??= what;

    internal bool IsLast(CallbackHolder holder) => ReferenceEquals(holder, _holders[^1]);

    /// <summary>When all were told their time goes by; who is late answers then.</summary>
    internal void PassTime()
    {
        _clock.PassTime();
        foreach (CallbackHolder one in _holders)
        {
            if (one.Stops == StopHabit.ConfirmsLate) one.ConfirmLate();
        }
    }

    /// <summary>Another device comes while others are stopping; it is no holder, and takes anything.</summary>
    internal void BringAnother()
    {
        if (_another is not null) return;
        var mapper = new DirectMapper(new DmaDevice("another", new RequesterId(4)));
        AttachResult came = _buffer.Attach(mapper, new Importer(mapper.Profile));
        if (came.IsAttached) _another = came.Attachment;
    }

    private void Come(CallbackHolder holder, IDmaMapper mapper)
    {
        AttachResult came = _buffer.Attach(mapper, new Importer(mapper.Profile) { IsMovable = true }, holder);
        if (!came.IsAttached) throw new InvalidOperationException($"The scene does not come about: {came}");
        holder.Attachment = came.Attachment!;
    }

    private void Judge(AttachResult came, bool otherFrames)
    {
        if (came.IsAttached != otherFrames) Complain($"the late device is {(came.IsAttached ? "served" : "refused")}, and the bytes are {(otherFrames ? "elsewhere" : "where they were")}");
        foreach (CallbackHolder one in _holders)
        {
            if (one.Told != one.Heard) Complain($"{one.Attachment.Name} was told to stop {one.Told} times, and of {one.Heard} outcomes");
            if (one.HasMoved == true && !otherFrames) Complain($"{one.Attachment.Name} is told that the bytes have moved");

            // Who has let go of the bytes after a move that was not made is not asked again.
            if (one.IsHolding && one.HasMoved == false && otherFrames) Complain($"{one.Attachment.Name} is not told that the bytes have moved");
            if (one.IsHolding && one.Forbids && otherFrames) Complain($"the bytes moved though {one.Attachment.Name} {one.Stops}");
            if (one.IsRevoked || one.IsDetached) continue;

            // The move is over, made or not: whoever is still there maps as before.
            one.Map(mustWork: true);
            one.Look("afterwards");
        }

        if (!otherFrames && _holders.All(one => one.Answers)) Complain($"everybody answered, and the bytes did not move: {came}");
        if (_buffer.Report().Move is not null) Complain("a move is said to be under way when it is over");
        using CpuAccess cpu = _buffer.BeginCpuAccess(0, Length, MemoryAccess.Read).Access!;
        var found = new byte[Length];
        cpu.Read(0, found);
        if (!found.AsSpan().SequenceEqual(Bytes)) Complain("other bytes are in the buffer");
    }

    /// <summary>Everything can be ended, and nothing is left.</summary>
    private void Leave(AttachResult came)
    {
        foreach (CallbackHolder one in _holders)
        {
            if (one.IsDetached) continue;
            one.UnmapAll();
            one.Attachment.Detach();
        }

        came.Attachment?.Detach();
        _another?.Detach();
        _buffer.Dispose();
        _domain.Dispose();
        if (_machine.Frames.FreeFrames != _freeAtStart) Complain($"{_freeAtStart - _machine.Frames.FreeFrames} frames are lost");
    }
}
