using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance.Mutants;

/// <summary>A mapping as a faulty bounce mapper sees it: where its bytes live, and where the device finds them.</summary>
internal sealed class BounceWork(SpyDevice device, SpyMemory memory, IReadOnlyCollection<BounceWork> others, DmaDirection direction, DmaMapping.MapOptions options)
{
    internal SpyDevice Device => device;

    /// <summary>The device's other live mappings.</summary>
    internal IReadOnlyCollection<BounceWork> Others => others;

    internal DmaDirection Direction => direction;

    internal DmaMapping.MapOptions Options => options;

    internal bool GoesHome => (direction & DmaDirection.FromDevice) != 0 && (options & DmaMapping.MapOptions.TakesTurns) == 0;

    /// <summary>Whether the caller said that it takes turns.</summary>
    internal bool TakesTurns { get; init; }

    /// <summary>The frames of the view, of 4 KiB.</summary>
    internal Pfn[] Homes { get; set; } = [];

    /// <summary>What the wrapped mapper is given in their place.</summary>
    internal Pfn[] Places { get; set; } = [];

    /// <summary>Offset of the first byte in the first frame.</summary>
    internal int Offset { get; set; }

    /// <summary>Bytes of the view.</summary>
    internal long Asked { get; set; }

    /// <summary>Bytes that are mapped.</summary>
    internal long Length { get; set; }

    /// <summary>What a fault keeps from one moment to another.</summary>
    internal List<byte[]> Kept { get; } = [];

    /// <summary>The frames that are copied, with the range of bytes that is mapped in each.</summary>
    internal IEnumerable<(int Frame, int From, int To)> Copies
        => Enumerable.Range(0, (int)Math.Min(Math.Min(Places.Length, Homes.Length), (Offset + Length + 4095) / 4096))
            .Where(frame => Places[frame] != Homes[frame])
            .Select(frame => (frame, frame == 0 ? Offset : 0, (int)Math.Min(4096, Offset + Length - (frame * 4096L))));

    internal Span<byte> HomeOf(int frame) => memory.Access(Homes[frame].ToAddress(PageSize.Size4K), 4096);

    internal Span<byte> PlaceOf(int frame) => memory.Access(Places[frame].ToAddress(PageSize.Size4K), 4096);
}
