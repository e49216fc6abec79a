using PfnBuffers;

namespace Conformance;

internal sealed class ChangeCaller : HostileCaller
{
    internal ChangeCaller()
        : base(typeof(Change))
    {
        Add("Change(ChangeKind, string, long)", a => new Change(a.Of<ChangeKind>(), a.Maybe(a.Text()), a.Long()));
        Add("ApplyTo(SharingState, Importer)", a => new Change(a.One(ChangeKind.AllowMove, ChangeKind.AddIommu, ChangeKind.EnlargePool, ChangeKind.Detach, ChangeKind.Trust, ChangeKind.MapInWindows), "nic", a.Below(1 << 20)).ApplyTo(a.Maybe(a.State()), a.Maybe(a.Importer())).Newcomer);
    }
}
