using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A device with its mapper and its port, and what the spy knows of them without asking.</summary>
internal sealed class SpyStand : IDisposable
{
    private const ulong Gibibyte = 1ul << 30;
    private const long CopiedBusOffset = 1L << 40;

    private readonly IommuDomain? _domain;

    internal SpyStand(SpyDevice kind, SpyWorld world, SpyParts parts, bool endsInFrame, bool hasWitness)
    {
        Kind = kind;
        IsConfined = kind is SpyDevice.Confined or SpyDevice.Sealed or SpyDevice.Narrow;
        (MostSegments, LargestSegment) = kind switch
        {
            SpyDevice.Contiguous => (1, int.MaxValue),
            SpyDevice.Windowed or SpyDevice.Narrow => (2, 6144),
            _ => (int.MaxValue, int.MaxValue),
        };
        Mode = kind switch
        {
            SpyDevice.Copied or SpyDevice.Sealed => BounceMode.Everything,
            SpyDevice.Confined or SpyDevice.Narrow => BounceMode.PartialFrames,
            _ => BounceMode.WhatMust,
        };
        BusOffset = kind == SpyDevice.Copied ? CopiedBusOffset : 0;
        LastReached = IsConfined || kind == SpyDevice.Copied ? ulong.MaxValue : Gibibyte - 1 - (endsInFrame ? 2048ul : 0);
        var constraints = new DmaConstraints { MaxSegmentCount = MostSegments == int.MaxValue ? 0 : MostSegments, MaxSegmentSize = LargestSegment == int.MaxValue ? 0 : LargestSegment };
        KeptBits = kind == SpyDevice.Keeping ? 0x3FFFul : 0;
        constraints = constraints with { OffsetPreservingMask = KeptBits };
        if (LastReached != ulong.MaxValue) constraints = constraints with { Window = new DmaWindow(default, new DmaAddress(LastReached)) };
        var device = new DmaDevice(Name, new RequesterId(0, 1 + (int)kind, 0), constraints) { IsTrusted = !IsConfined };
        IDmaMapper inner;
        if (IsConfined)
        {
            PageTableFormat format = kind switch
            {
                SpyDevice.Confined => PageTableFormat.VtdSecondStage4,
                SpyDevice.Sealed => PageTableFormat.ArmStage1,
                _ => PageTableFormat.AmdV1,
            };
            ReadsWhatItWrites = kind == SpyDevice.Sealed;
            _domain = new IommuDomain(world.Memory, world.Tables, world.Iommu, new IommuDomainOptions { Format = format, IsTrusted = false });
            inner = new IommuMapper(device, _domain);
            Port = world.Iommu.Connect(device, _domain);
        }
        else
        {
            inner = new DirectMapper(device, BusOffset);
            Port = BusPort.Direct(device, world.Memory, BusOffset);
        }

        HasWitness = hasWitness;
        if (hasWitness) inner = new SpyWitness(inner);
        inner = parts.Below(kind, world.Memory, inner);
        Mapper = parts.Above(kind, world.Memory, new BounceMapper(inner, world.Pool, parts.Mode(kind, Mode)));
    }

    internal SpyDevice Kind { get; }

    internal string Name => Kind.ToString();

    internal IDmaMapper Mapper { get; }

    internal BusPort Port { get; }

    internal BounceMode Mode { get; }

    internal long BusOffset { get; }

    /// <summary>Whether an IOMMU keeps the device, which is not trusted, to what is mapped.</summary>
    internal bool IsConfined { get; }

    /// <summary>Whether the tables cannot let the device write and not read.</summary>
    internal bool ReadsWhatItWrites { get; }

    internal int MostSegments { get; }

    internal int LargestSegment { get; }

    /// <summary>Address bits that a segment's start shares with its home.</summary>
    internal ulong KeptBits { get; }

    /// <summary>Whether there are no rules for segments: then it is known exactly what is copied, and what is refused.</summary>
    internal bool IsPlain => MostSegments == int.MaxValue && KeptBits == 0;

    /// <summary>Whether runs are told when the device gains and loses its reach.</summary>
    internal bool HasWitness { get; }

    private ulong LastReached { get; }

    public void Dispose() => _domain?.Dispose();

    /// <summary>Whether the device may read what is mapped for a direction.</summary>
    internal bool MayRead(DmaDirection direction) => !IsConfined || ReadsWhatItWrites || (direction & DmaDirection.ToDevice) != 0;

    /// <summary>Whether the device may write what is mapped for a direction.</summary>
    internal bool MayWrite(DmaDirection direction) => !IsConfined || (direction & DmaDirection.FromDevice) != 0;

    /// <summary>Whether the device reaches so many bytes where they are.</summary>
    internal bool Reaches(ulong address, int length) => address + (ulong)length - 1 <= LastReached;

    /// <summary>Whether bytes are to be copied, segment rules apart.</summary>
    internal bool MustCopy(SpyMemory memory, in SpyPiece piece) => Mode switch
    {
        BounceMode.Everything => true,
        BounceMode.PartialFrames => !piece.IsWhole,
        _ => !Reaches(memory.AddressOf(piece.Home), piece.Length),
    };

    /// <summary>Whether a whole view stands where it is, in few enough segments.</summary>
    internal bool FitsInPlace(SpyMemory memory, List<SpyPiece> pieces)
    {
        int segments = 0, stretch = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            if (MustCopy(memory, pieces[i])) return false;
            bool adjoins = i > 0 && (IsConfined || memory.AddressOf(pieces[i - 1].Home) + (ulong)pieces[i - 1].Length == memory.AddressOf(pieces[i].Home));
            if (!adjoins) stretch = 0;
            int before = Segments(stretch);
            stretch += pieces[i].Length;
            segments += Segments(stretch) - before;
        }

        return segments <= MostSegments;
    }

    private int Segments(int stretch) => LargestSegment == int.MaxValue ? Math.Min(stretch, 1) : (stretch + LargestSegment - 1) / LargestSegment;
}
