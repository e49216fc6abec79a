using System.Linq;
using PfnBuffers;

namespace Conformance;

internal sealed class BackingChoiceCaller : HostileCaller
{
    internal BackingChoiceCaller()
        : base(typeof(BackingChoice))
    {
        Add("Candidates(IEnumerable<Importer>, long, MemoryKind, SharingPolicy)", a => BackingChoice.Candidates(a.Maybe(a.List(a.Importer)), a.Long(), a.Any<MemoryKind>(), a.Maybe(a.Policy())).Take(4).ToArray());
    }
}
