using System;
using System.Linq;
using DmaMapping;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>A view in a domain of some granule.</summary>
/// <param name="Format">The format of its tables.</param>
/// <param name="Granule">The smallest page that it translates.</param>
/// <param name="FrameSize">The frames of the view.</param>
/// <param name="Frames">The frames.</param>
/// <param name="Offset">Bytes skipped in the first frame.</param>
/// <param name="Length">Bytes covered.</param>
public sealed record GranuleCase(KnownFormat Format, PageSize Granule, PageSize FrameSize, Pfn[] Frames, long Offset, long Length)
{
    private static readonly PageSize[] Sizes = [PageSize.Size4K, PageSize.Size16K, PageSize.Size64K, PageSize.Size2M];

    /// <summary>All granules of 4 KiB to 2 MiB, with frames of that size and more, from any byte to any byte.</summary>
    public static Arbitrary<GranuleCase> Cases { get; } = Arb.From(
        from format in Gen.Elements(KnownFormat.All.ToArray())
        from granule in Gen.Choose(0, 3)
        from size in Gen.Choose(granule, 3)
        from count in Gen.Choose(1, size == 3 ? 3 : 40)
        from step in Gen.Choose(1, 2)
        from start in Gen.Choose(0, 30)
        from offset in Cut
        from tail in Cut
        select Of(format, Sizes[granule], Sizes[size], count, step, start, offset, tail));

    /// <summary>The view.</summary>
    public PfnView View => new(Frames, FrameSize, Offset, Length);

    private static Gen<double> Cut => Gen.OneOf(Gen.Constant(0.0), Gen.Choose(0, 1000).Select(thousandths => thousandths / 1001.0));

    /// <inheritdoc/>
    public override string ToString() => $"{Format}, granule {Granule}: {Length} bytes at {Offset} of {Frames.Length} frames of {FrameSize} from {Frames[0]}, {(Frames.Length > 1 ? Frames[1].Value - Frames[0].Value : 0)} apart";

    private static GranuleCase Of(KnownFormat format, PageSize granule, PageSize size, int count, int step, int start, double offset, double tail)
    {
        var frames = new Pfn[count];
        for (int i = 0; i < count; i++) frames[i] = new Pfn((0x1_0000_0000ul >> size.Shift) + (ulong)(start + (i * step)));
        long skipped = (long)(offset * size.Bytes), slack = (long)(tail * size.Bytes);
        if (count == 1) slack = Math.Min(slack, size.Bytes - skipped - 1);
        return new GranuleCase(format, granule, size, frames, skipped, (count * size.Bytes) - skipped - slack);
    }
}
