using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace Conformance;

/// <summary>Everything that a view tells, read from an implementation or from the model.</summary>
public sealed record ViewFacts
{
    /// <summary>Bytes covered.</summary>
    public long Length { get; init; }

    /// <summary>Bytes skipped in the first frame.</summary>
    public long Offset { get; init; }

    /// <summary>Bytes of the last frame not covered.</summary>
    public long TailSlack { get; init; }

    /// <summary>The frames.</summary>
    public IReadOnlyList<ulong> Frames { get; init; } = [];

    /// <summary>The runs.</summary>
    public IReadOnlyList<RunFact> Runs { get; init; } = [];

    /// <summary>What CountRuns says.</summary>
    public int RunCount { get; init; }

    /// <summary>Least number of bits in which all frames fit.</summary>
    public int FrameBits { get; init; }

    /// <summary>Addresses at the offsets asked for.</summary>
    public IReadOnlyList<ulong> Addresses { get; init; } = [];

    /// <summary>Indexes of frames at the offsets asked for.</summary>
    public IReadOnlyList<int> FrameIndexes { get; init; } = [];

    /// <summary>What the library tells of a case, through the form of it.</summary>
    public static ViewFacts OfLibrary(ViewCase one, IReadOnlyList<long> offsets)
    {
        switch (one.Form)
        {
            case ViewForm.Span:
                return Of(Cut(new PfnView(one.Frames, one.PageSize, one.Offset, one.Length), one.Cuts), offsets);

            case ViewForm.Array:
                using (var buffer = new PfnBuffer(one.Frames, one.PageSize, one.Offset, one.Length))
                    return Of(Cut(buffer.View, one.Cuts), offsets);

            case ViewForm.Owner:
                IMemoryOwner<Pfn> owner = MemoryPool<Pfn>.Shared.Rent(one.Frames.Length + 3);
                one.Frames.CopyTo(owner.Memory);
                using (var buffer = new PfnBuffer(owner, one.Frames.Length, one.PageSize, one.Offset, one.Length))
                    return Of(Cut(buffer.View, one.Cuts), offsets);

            default:
                using (var buffer = new PfnBuffer(one.Frames, one.PageSize, one.Offset, one.Length))
                {
                    PfnSlice slice = one.Cuts.Aggregate(buffer.Slice(0, one.Length), (s, cut) => s.Slice(cut.Offset, cut.Length));
                    return Of(slice.View, offsets);
                }
        }
    }

    /// <summary>What the model tells.</summary>
    public static ViewFacts Of(ByteModel model, IReadOnlyList<long> offsets)
    {
        List<RunFact> runs = model.Runs();
        int bits = 0;
        foreach (ulong frame in model.Frames)
        {
            while (bits < 64 && frame >> bits != 0) bits++;
        }

        return new ViewFacts
        {
            Length = model.Length,
            Offset = model.Offset,
            TailSlack = model.TailSlack,
            Frames = [.. model.Frames],
            Runs = runs,
            RunCount = runs.Count,
            FrameBits = bits,
            Addresses = [.. offsets.Select(model.AddressAt)],
            FrameIndexes = [.. offsets.Select(model.FrameIndexAt)],
        };
    }

    /// <summary>What a view tells.</summary>
    public static ViewFacts Of(in PfnView view, IReadOnlyList<long> offsets)
    {
        var runs = new List<RunFact>();
        foreach (FrameRun run in view.Runs) runs.Add(RunFact.Of(run));
        ulong[] frames = new ulong[view.Frames.Length];
        for (int i = 0; i < frames.Length; i++) frames[i] = view.Frames[i].Value;
        ulong[] addresses = new ulong[offsets.Count];
        int[] indexes = new int[offsets.Count];
        for (int i = 0; i < offsets.Count; i++)
        {
            addresses[i] = view.AddressAt(offsets[i]).Value;
            indexes[i] = view.FrameIndexAt(offsets[i]);
        }

        int bits = 0;
        while (!view.FramesFitIn(bits)) bits++;
        return new ViewFacts
        {
            Length = view.Length,
            Offset = view.Offset,
            TailSlack = view.TailSlack,
            Frames = frames,
            Runs = runs,
            RunCount = view.CountRuns(),
            FrameBits = bits,
            Addresses = addresses,
            FrameIndexes = indexes,
        };
    }

    /// <summary>What these facts say otherwise than the expected ones; null where nothing.</summary>
    public string? DifferenceFrom(ViewFacts expected)
    {
        if (Length != expected.Length) return $"length {Length} instead of {expected.Length}";
        if (Offset != expected.Offset) return $"offset {Offset} instead of {expected.Offset}";
        if (TailSlack != expected.TailSlack) return $"tail slack {TailSlack} instead of {expected.TailSlack}";
        if (!Frames.SequenceEqual(expected.Frames)) return $"frames {string.Join(" ", Frames)} instead of {string.Join(" ", expected.Frames)}";
        if (!Runs.SequenceEqual(expected.Runs)) return $"runs {string.Join(" ", Runs)} instead of {string.Join(" ", expected.Runs)}";
        if (RunCount != expected.RunCount) return $"{RunCount} runs instead of {expected.RunCount}";
        if (FrameBits != expected.FrameBits) return $"frames of {FrameBits} bits instead of {expected.FrameBits}";
        if (!Addresses.SequenceEqual(expected.Addresses)) return "other addresses";
        return FrameIndexes.SequenceEqual(expected.FrameIndexes) ? null : "other frame indexes";
    }

    private static PfnView Cut(PfnView view, (long Offset, long Length)[] cuts)
    {
        foreach ((long offset, long length) in cuts)
        {
            if (!view.TrySlice(offset, length, out PfnView part)) throw new LawViolatedException($"TrySlice({offset}, {length}) of {view.Length} bytes");
            view = offset + length == view.Length ? view.Slice(offset) : view.Slice(offset, length);
            if (part.Length != view.Length || part.Offset != view.Offset || part.Frames != view.Frames)
                throw new LawViolatedException("TrySlice and Slice differ");
        }

        return view;
    }
}
