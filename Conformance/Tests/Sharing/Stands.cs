using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>How one device alone stands on some frames.</summary>
internal static class Stands
{
    internal static Decision On(PfnBuffer frames, IDmaMapper mapper)
    {
        var exporter = new FixedExporter(new SparseMemory(), frames);
        return AttachDecision.Stand(new SharingState(exporter, SharingPolicy.Default) { Backing = frames }, new Importer(mapper.Profile));
    }
}
