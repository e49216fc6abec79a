using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A device with its mapper and its port, and what the model knows of it without asking.</summary>
internal sealed class TraceStand : IDisposable
{
    private const int Remembered = 16;
    private const ulong InterruptFirst = 0xFEE0_0000 / TraceMemory.Frame;
    private const ulong InterruptCount = 0x10_0000 / TraceMemory.Frame;

    private static readonly PageTableFormat[] Formats = [PageTableFormat.VtdSecondStage4, PageTableFormat.ArmStage1, PageTableFormat.AmdV1, PageTableFormat.VtdSecondStage5];

    private readonly IommuDomain? _domain;
    private readonly TraceDevice _device;
    private readonly ulong[] _gone = new ulong[Remembered];
    private int _goneCount;

    internal TraceStand(int number, TraceDevice device, TraceBackend backend, TraceMachine machine)
    {
        _device = device;
        Number = number;
        IsTranslated = backend is TraceBackend.Iommu or TraceBackend.IommuLazy;
        IsLazy = backend == TraceBackend.IommuLazy;
        IsConfined = backend == TraceBackend.Iommu && device.IsConfined;
        CopiesAll = backend == TraceBackend.Bounce && device.IsCopied;
        Bounces = backend == TraceBackend.Bounce;
        var named = new DmaDevice($"{device.Kind}-{number}", new RequesterId(0, 1 + number, 0), device.Rules) { IsTrusted = !IsConfined };
        if (IsTranslated)
        {
            OutputBits = device.Format == 1 ? 48 : 52;
            ReadsWhatItWrites = device.Format == 1;
            HasInterruptWindow = device.Format != 1;
            DmaWindow aperture = Common(device.Rules.Window, device.Aperture);
            FirstIova = Math.Max(1, (aperture.First.Value / TraceMemory.Frame) + (aperture.First.Value % TraceMemory.Frame == 0 ? 0u : 1u));
            LastIova = Math.Min(aperture.Last.Value == ulong.MaxValue ? ulong.MaxValue / TraceMemory.Frame : ((aperture.Last.Value + 1) / TraceMemory.Frame) - 1, (1ul << ((device.Format == 3 ? 57 : 48) - 12)) - 1);
            _domain = new IommuDomain(machine.Memory, machine.Tables, machine.Hardware, new IommuDomainOptions
            {
                Aperture = aperture,
                Format = Formats[device.Format],
                IsTrusted = !IsConfined,
                Lazy = IsLazy ? new LazyInvalidation { Clock = machine.Clock, MostPending = machine.Setting.Pending } : null,
            });
            var mapper = new IommuMapper(named, _domain);
            Mapper = mapper;
            Reserving = mapper;
            Port = machine.Hardware.Iommu.Connect(named, _domain);
        }
        else
        {
            BusOffset = machine.BusOffset;
            var mapper = new DirectMapper(named, BusOffset);
            Mapper = Bounces ? new BounceMapper(mapper, machine.Pool!, CopiesAll ? BounceMode.Everything : BounceMode.WhatMust) : mapper;
            Port = BusPort.Direct(named, machine.Memory, BusOffset);
        }
    }

    internal int Number { get; }

    internal IDmaMapper Mapper { get; }

    /// <summary>The mapper, where it maps in two steps; else null.</summary>
    internal IReservingMapper? Reserving { get; }

    internal BusPort Port { get; }

    internal DmaConstraints Rules => _device.Rules;

    /// <summary>Whether the device has no limits beside its window.</summary>
    internal bool IsPlain => (Rules with { Window = default }) == default;

    internal bool IsTranslated { get; }

    internal bool IsLazy { get; }

    /// <summary>Whether the device is not trusted.</summary>
    internal bool IsConfined { get; }

    internal bool Bounces { get; }

    internal bool CopiesAll { get; }

    internal long BusOffset { get; }

    internal int OutputBits { get; }

    /// <summary>First and last granule that mappings may have.</summary>
    internal ulong FirstIova { get; }

    internal ulong LastIova { get; }

    /// <summary>Number of the domain; 0 where there is none.</summary>
    internal int Domain => _domain?.Number ?? 0;

    /// <summary>What is mapped and linked.</summary>
    internal List<ModelReach> Live { get; } = [];

    /// <summary>What has ended, and the hardware may still know.</summary>
    internal List<ModelReach> Pending { get; } = [];

    internal List<MappingToken> Ended { get; } = [];

    private bool ReadsWhatItWrites { get; }

    private bool HasInterruptWindow { get; }

    public void Dispose() => _domain?.Dispose();

    /// <summary>What a device may do to what is mapped in a direction.</summary>
    internal MemoryAccess AccessIn(DmaDirection direction)
    {
        MemoryAccess access = ((direction & DmaDirection.ToDevice) != 0 ? MemoryAccess.Read : 0) | ((direction & DmaDirection.FromDevice) != 0 ? MemoryAccess.Write : 0);
        return ReadsWhatItWrites && access == MemoryAccess.Write ? MemoryAccess.ReadWrite : access;
    }

    /// <summary>Where the device sees a byte of memory, where nothing translates; false where it does not.</summary>
    internal bool TryBus(ulong address, out ulong bus)
    {
        bus = address + (ulong)BusOffset;
        bool wraps = BusOffset >= 0 ? bus < address : bus > address;
        return !wraps && bus >= Rules.Window.First.Value && bus <= Rules.Window.Last.Value;
    }

    /// <summary>Bytes from one on that the device reaches where they are, of so many; counted up to where that changes.</summary>
    internal long ReachOf(ulong address, long length, out bool isReached)
    {
        isReached = TryBus(address, out ulong bus);
        if (isReached) return (long)Math.Min((ulong)length - 1, Rules.Window.Last.Value - bus) + 1;

        // Where the first is out of reach, those before the window's start are, or all that follow.
        ulong first = Rules.Window.First.Value;
        bool wraps = BusOffset < 0 && bus > address;
        ulong until = wraps ? 0ul - (ulong)BusOffset - address : first > bus ? first - bus : ulong.MaxValue;
        return (long)Math.Min((ulong)length, until);
    }

    /// <summary>Whether granules are IOVAs that mappings may have.</summary>
    internal bool MayHave(ulong first, ulong count)
        => first >= FirstIova && first + count - 1 <= LastIova && !(HasInterruptWindow && first < InterruptFirst + InterruptCount && InterruptFirst < first + count);

    internal void Remember(ulong address) => _gone[_goneCount++ % Remembered] = address;

    /// <summary>An address that was mapped; 0 where none was yet.</summary>
    internal ulong Gone(int number) => _goneCount == 0 ? 0 : _gone[(uint)number % (uint)Math.Min(_goneCount, Remembered)];

    public override string ToString() => $"{_device.Kind} {Number}";

    private static DmaWindow Common(DmaWindow a, DmaWindow b)
        => new(new DmaAddress(Math.Max(a.First.Value, b.First.Value)), new DmaAddress(Math.Min(a.Last.Value, b.Last.Value)));
}
