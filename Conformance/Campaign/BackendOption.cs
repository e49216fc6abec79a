namespace Conformance.Campaign;

/// <summary>What is said of the option that names a backend.</summary>
internal static class BackendOption
{
    internal const string Description = "direct, bounce, iommu or iommu-lazy.";
    internal const string Otherwise = "--backend must be direct, bounce, iommu or iommu-lazy.";
}
