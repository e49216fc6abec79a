using Xunit;

namespace Conformance.Tests;

public class ViewModelTests
{
    [Fact]
    public void A_view_is_its_list_of_bytes_however_it_is_made_and_cut() => ViewLaws.ViewIsItsBytes(ViewFacts.OfLibrary).Check(5000);

    [Fact]
    public void A_small_view_is_its_list_of_bytes_one_by_one() => ViewLaws.SmallViewIsItsBytes(ViewFacts.OfLibrary).Check(500);
}
