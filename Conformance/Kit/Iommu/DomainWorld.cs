using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A domain with all around it, in which the steps of a case are done, and what a naive view says of it.</summary>
public sealed class DomainWorld
{
    /// <summary>Frames for tables.</summary>
    public const int TableFrames = 400;

    private static readonly Pfn[] SmallFrames = Scattered();
    private static readonly Pfn[] LargeFrames = [new(0x900), new(0x910), new(0x905)];

    private readonly DmaSegment[] _segments = new DmaSegment[1];
    private readonly StoppedClock _clock = new();
    private readonly List<LiveBlock> _live = [];
    private readonly List<MappingToken> _ended = [];
    private readonly DmaDevice _device;

    /// <summary>A world for a case.</summary>
    /// <param name="one">The case.</param>
    /// <param name="hardware">Stands between the domain and its hardware.</param>
    public DomainWorld(DomainCase one, Func<IIotlbInvalidation, IIotlbInvalidation>? hardware = null)
    {
        Hardware = new KnowingHardware(RigMemory.Create());
        Naive = new NaiveIova(one);
        var options = new IommuDomainOptions
        {
            Aperture = one.Aperture,
            ReservedWindows = one.Reserved,
            Lazy = one.IsLazy ? new LazyInvalidation { Clock = _clock, MostPending = 6 } : null,
        };
        _device = new DmaDevice("device", new RequesterId(1)) { PrefersLowAddresses = one.PrefersLow };
        Domain = new IommuDomain(Hardware, Tables, hardware?.Invoke(Hardware) ?? Hardware, options);
        Mapper = new IommuMapper(_device, Domain);
        Hardware.Root = Domain.RootTable;
        Hardware.Look();
        StartFree = Domain.FreeIovaBytes;
        StartLargest = Domain.LargestFreeIovaBytes;
        StartTables = Domain.TableBytes;
    }

    /// <summary>The hardware and the memory.</summary>
    public KnowingHardware Hardware { get; }

    /// <summary>Where tables come from.</summary>
    public FrameAllocator Tables { get; } = new(new PhysicalAddress(RigMemory.Tables), TableFrames * 4096L);

    /// <summary>The domain.</summary>
    public IommuDomain Domain { get; }

    /// <summary>Its mapper.</summary>
    public IDmaMapper Mapper { get; }

    /// <summary>What IOVAs should be taken.</summary>
    public NaiveIova Naive { get; }

    /// <summary>Live mappings.</summary>
    public IReadOnlyList<LiveBlock> Live => _live;

    /// <summary>What was free at the start.</summary>
    public ulong StartFree { get; }

    /// <summary>The largest free block at the start.</summary>
    public ulong StartLargest { get; }

    /// <summary>Bytes of tables at the start.</summary>
    public long StartTables { get; }

    /// <summary>Maps frames; null where that is refused.</summary>
    public LiveBlock? Map(int frames, bool large, out MapStatus status, out int order)
    {
        PfnView view = large ? new PfnView(LargeFrames.AsSpan(0, frames), PageSize.Size2M) : new PfnView(SmallFrames.AsSpan(0, frames), PageSize.Size4K);
        int pages = (int)(view.Length >> 12);
        order = 0;
        while (1 << order < pages) order++;
        MapResult result = Mapper.Map(view, DmaDirection.Bidirectional, _segments, MapOptions.None);
        status = result.Status;
        if (!result.IsMapped) return null;
        var block = new LiveBlock(result.Token, _segments[0].Address.Value >> 12, pages, order);
        _live.Add(block);
        return block;
    }

    /// <summary>Unmaps one of the live mappings.</summary>
    public LiveBlock Unmap(int which)
    {
        LiveBlock block = _live[which % _live.Count];
        _live.Remove(block);
        _ended.Add(block.Token);
        Mapper.Unmap(block.Token);
        return block;
    }

    /// <summary>One of the last tokens of mappings that have ended, if it is unmapped once more; null where they are refused.</summary>
    public MappingToken? StaleAndAccepted()
    {
        // Exceptions are slow.
        for (int i = Math.Max(0, _ended.Count - 3); i < _ended.Count; i++)
        {
            MappingToken token = _ended[i];
            try
            {
                Mapper.Unmap(token);
                return token;
            }
            catch (ArgumentException)
            {
            }
        }

        return null;
    }

    /// <summary>Maps and unmaps as others would, and tells whether they are given a page that the hardware may know.</summary>
    public bool OthersAreGivenKnown()
    {
        bool known = false;
        foreach (int frames in (int[])[1, 600])
        {
            if (Map(frames, false, out _, out _) is not { } block) continue;
            for (int page = 0; page < frames; page++) known |= Hardware.Knows(block.First + (ulong)page);
            _live.Remove(block);
            Mapper.Unmap(block.Token);
        }

        return known;
    }

    /// <summary>Lets timers go off.</summary>
    public void Wait() => _clock.PassTime();

    /// <summary>Tries to dispose the domain while mappings are live.</summary>
    /// <returns>Whether it was refused.</returns>
    public bool IsDisposalRefused()
    {
        // Others would be refused too, for a while.
        Action? meanwhile = Hardware.Meanwhile;
        Hardware.Meanwhile = null;
        try
        {
            Domain.Dispose();
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
        finally
        {
            Hardware.Meanwhile = meanwhile;
        }
    }

    private static Pfn[] Scattered()
    {
        var frames = new Pfn[4096];
        for (int i = 0; i < frames.Length; i++) frames[i] = new Pfn(0x10000 + (ulong)(i * 2));
        return frames;
    }
}
