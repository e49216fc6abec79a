namespace PfnBuffers;

/// <summary>
/// What can be changed so that a refused device is let in. The values are the costs by which changes are compared: the cheapest
/// first, from what is done at run time, over policy, configuration and declarations, to what another machine would have.
/// </summary>
public enum ChangeKind
{
    /// <summary>Attach again: nothing else stands in the way any more.</summary>
    AttachAgain = 1,

    /// <summary>Have somebody unmap, put pfns back, or end the CPU's access.</summary>
    EndHolding = 2,

    /// <summary>Let the policy allow that bytes are moved (<see cref="SharingPolicy.AllowsMove"/>).</summary>
    AllowMove = 4,

    /// <summary>Let the policy allow copies (<see cref="SharingPolicy.AllowsBounce"/>).</summary>
    AllowBounce = 5,

    /// <summary>Enlarge the bounce pool of the device's mapper.</summary>
    EnlargePool = 6,

    /// <summary>Let the device map in windows (<see cref="Importer.MapsWindows"/>).</summary>
    MapInWindows = 7,

    /// <summary>Let the device work on copies (<see cref="Importer.ZeroCopyOnly"/>).</summary>
    WorkOnCopies = 8,

    /// <summary>Let the device work on DMA addresses alone, without a page behind every frame (<see cref="Importer.NeedsPages"/>).</summary>
    ForgoPages = 9,

    /// <summary>Free frames: what a move takes is not free at present.</summary>
    FreeFrames = 10,

    /// <summary>Have somebody else unmap and detach.</summary>
    Detach = 20,

    /// <summary>Give the device a mapper that can bounce.</summary>
    AddBouncing = 50,

    /// <summary>Put the device behind an IOMMU.</summary>
    AddIommu = 100,

    /// <summary>Trust the device (<see cref="DmaDevice.IsTrusted"/>).</summary>
    Trust = 200,
}
