using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The law of copies catches choosers that are broken on purpose: most are the library's own, told of a rule that is a little off.</summary>
public class BrokenCopyTests
{
    private static readonly Chosen Library = new(new FewestCopies());

    [Fact]
    public void A_run_of_copies_that_counts_for_no_segment_is_caught()
        => IsCaught(one => Library.Of(one, one.Constraints with { MaxSegmentCount = one.Constraints.MaxSegmentCount == 0 ? 0 : one.Constraints.MaxSegmentCount + 1 }));

    [Fact]
    public void One_segment_left_unused_is_caught()
        => IsCaught(one => one.Constraints.MaxSegmentCount < 2 ? Library.Of(one) : Library.Of(one, one.Constraints with { MaxSegmentCount = one.Constraints.MaxSegmentCount - 1 }) ?? Library.Of(one));

    [Fact]
    public void Copying_everything_is_caught()
        => IsCaught(one => CopyLaws.Holds(one, CopyLaws.All(one)) ? CopyLaws.All(one) : Library.Of(one));

    [Fact]
    public void Copying_nothing_but_what_must_be_is_caught()
        => IsCaught(one => [.. one.Fates.Select(fate => fate == CopyFate.Must)]);

    [Fact]
    public void Copying_whole_pieces_is_caught()
        => IsCaught(one =>
        {
            if (Library.Of(one) is not { } copied) return null;
            for (int i = 1; i < copied.Length; i++) copied[i] |= copied[i - 1] && IsOnePiece(one, i);
            for (int i = copied.Length - 1; i > 0; i--) copied[i - 1] |= copied[i] && IsOnePiece(one, i);
            return CopyLaws.Holds(one, copied) ? copied : Library.Of(one);
        });

    [Fact]
    public void A_stretch_where_several_are_fewer_is_caught()
    {
        var window = new Chosen(new FewestCopies(mostSteps: 0));
        IsCaught(window.Of);
    }

    [Fact]
    public void Copied_device_memory_is_caught()
        => IsCaught(one => Library.Of(one with { Fates = [.. one.Fates.Select(fate => fate == CopyFate.MustNot ? CopyFate.May : fate)] }));

    [Fact]
    public void A_forgotten_boundary_is_caught() => IsCaught(one => Library.Of(one, one.Constraints with { SegmentBoundaryMask = 0 }));

    [Fact]
    public void A_forgotten_size_is_caught() => IsCaught(one => Library.Of(one, one.Constraints with { MaxSegmentSize = 0 }));

    [Fact]
    public void A_forgotten_alignment_is_caught() => IsCaught(one => Library.Of(one, one.Constraints with { Alignment = 1 }));

    [Fact]
    public void Forgotten_address_bits_are_caught() => IsCaught(one => Library.Of(one, one.Constraints with { OffsetPreservingMask = 0 }));

    private static bool IsOnePiece(CopyCase one, int frame)
        => one.Pfns[frame] == one.Pfns[frame - 1] + 1 && one.Fates[frame] == one.Fates[frame - 1];

    private static void IsCaught(ChooseCopies mutant) => LawAssert.Catches(CopyLaws.Fewest(mutant), 6000);
}
