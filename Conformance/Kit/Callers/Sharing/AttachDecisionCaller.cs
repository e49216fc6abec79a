using PfnBuffers;

namespace Conformance;

internal sealed class AttachDecisionCaller : HostileCaller
{
    internal AttachDecisionCaller()
        : base(typeof(AttachDecision))
    {
        Add("Decide(SharingState, Importer)", a => AttachDecision.Decide(a.Maybe(a.State()), a.Maybe(a.Importer())));
        Add("Stand(SharingState, Importer)", a => AttachDecision.Stand(a.Maybe(a.State()), a.Maybe(a.Importer())));
        Add("RefuseForFrames(SharingState, string, IReadOnlyList<string>)", a => AttachDecision.RefuseForFrames(a.Maybe(a.State()), a.Maybe(a.Text()), a.Maybe(a.List(a.Text))));
    }
}
