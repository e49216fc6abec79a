using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The laws of a domain's IOVAs and tables, over random scripts in apertures of all kinds, and what they catch.</summary>
public class DomainLawTests
{
    [Fact]
    public void Blocks_are_apart_and_what_is_free_is_told_and_found() => DomainLaws.BooksAreExact().Check(400);

    [Fact]
    public void In_a_strict_domain_nothing_is_known_once_unmapped_and_nothing_is_used_before_that()
        => DomainLaws.NothingIsUsedBeforeItIsForgotten(cases: DomainCase.Strict).Check(200);

    [Fact]
    public void In_a_lazy_domain_nothing_is_used_before_an_invalidation_that_began_later()
        => DomainLaws.NothingIsUsedBeforeItIsForgotten(cases: DomainCase.Lazy).Check(200);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_dropped_invalidation_is_caught(bool lazy)
        => LawAssert.Catches(DomainLaws.NothingIsUsedBeforeItIsForgotten(inner => new DropsOneInThree(inner), lazy ? DomainCase.Lazy : DomainCase.Strict), 100);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_invalidation_that_is_too_short_is_caught(bool lazy)
        => LawAssert.Catches(DomainLaws.NothingIsUsedBeforeItIsForgotten(inner => new ForgetsTheLastPage(inner), lazy ? DomainCase.Lazy : DomainCase.Strict), 300);

    private sealed class DropsOneInThree(IIotlbInvalidation inner) : IIotlbInvalidation
    {
        private int _count;

        public void Invalidate(int domain, DmaAddress first, long length)
        {
            if (++_count % 3 != 0) inner.Invalidate(domain, first, length);
        }

        public void Block(int domain) => inner.Block(domain);
    }

    private sealed class ForgetsTheLastPage(IIotlbInvalidation inner) : IIotlbInvalidation
    {
        public void Invalidate(int domain, DmaAddress first, long length)
        {
            // Flushes of a lazy domain are for all there is.
            if (length == long.MaxValue) inner.Invalidate(domain, first, (1L << 47) - 1);
            else if (length > 4096) inner.Invalidate(domain, first, length - 4096);
        }

        public void Block(int domain) => inner.Block(domain);
    }
}
