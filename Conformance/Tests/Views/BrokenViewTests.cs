using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The laws of views catch views that are broken on purpose.</summary>
public class BrokenViewTests
{
    [Fact]
    public void A_slice_that_forgets_the_offset_of_its_view_is_caught()
        => AreCaught((one, offsets) => ViewFacts.Of(one.Cuts.Aggregate(
            ByteModel.Of(one.Frames, one.PageSize, one.Offset, one.Length),
            (model, cut) => model.Slice(Math.Max(0, cut.Offset - model.Offset), cut.Length)), offsets));

    [Fact]
    public void A_slice_one_byte_short_is_caught()
        => AreCaught((one, offsets) => ViewFacts.Of(one.Model().Length > 0 ? one.Model().Slice(0, one.Model().Length - 1) : one.Model(), []));

    [Fact]
    public void Runs_that_are_not_maximal_are_caught()
        => AreCaught((one, offsets) => ViewFacts.OfLibrary(one, offsets) is { } facts ? facts with { Runs = [.. facts.Runs.SelectMany(Halved)] } : throw new InvalidOperationException());

    [Fact]
    public void A_last_run_with_its_frames_slack_is_caught()
        => AreCaught((one, offsets) =>
        {
            ViewFacts facts = ViewFacts.OfLibrary(one, offsets);
            return facts with { Runs = [.. facts.Runs.Select((run, i) => i == facts.Runs.Count - 1 ? run with { Length = run.Length + facts.TailSlack } : run)] };
        });

    [Fact]
    public void A_first_run_that_starts_with_its_frame_is_caught()
        => AreCaught((one, offsets) =>
        {
            ViewFacts facts = ViewFacts.OfLibrary(one, offsets);
            return facts with { Runs = [.. facts.Runs.Select((run, i) => i == 0 ? run with { Address = run.Address - (ulong)facts.Offset } : run)] };
        });

    [Fact]
    public void A_trailing_frame_without_a_byte_is_caught()
        => AreCaught((one, offsets) =>
        {
            ViewFacts facts = ViewFacts.OfLibrary(one, offsets);
            return facts.TailSlack == 0 && facts.Length > 0 ? facts with { Frames = [.. facts.Frames, 0] } : facts;
        });

    private static void AreCaught(ReadView mutant)
    {
        LawAssert.Catches(ViewLaws.ViewIsItsBytes(mutant), 500);
        LawAssert.Catches(ViewLaws.SmallViewIsItsBytes(mutant), 500);
    }

    private static IEnumerable<RunFact> Halved(RunFact run)
    {
        // A view of few bytes has only single frames; half a frame is as wrong as half a run.
        if (run.Length < 2) return [run];
        long half = run.Length / 2;
        return [run with { Length = half }, run with { Address = run.Address + (ulong)half, Length = run.Length - half }];
    }
}
