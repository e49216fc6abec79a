using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>
/// Hostile callers of the types that a shard is about, so many calls of each: malformed arguments are told, and change nothing.
/// <c>Conformance/Tests</c> calls all types in one test, which every mutant would meet.
/// </summary>
public sealed class QuickCallerTests
{
    private const int CallsOfAType = 300;

    [Fact]
    public void Views() => Call("Pfn", "PfnView", "FrameRuns", "Enumerator", "PfnBuffer", "PfnSlice", "Plane", "PageSize", "DmaAddress", "PhysicalAddress");

    [Fact]
    public void Constraints() => Call("DmaConstraints", "DmaSegment", "DmaWindow", "Segmenter", "DmaDevice", "MapperProfile", "RequesterId", "DmaDirectionExtensions");

    [Fact]
    public void Memory() => Call("EmulatedMachine", "FrameAllocator", "FrameFragmentation", "MemoryRegion", "MemoryZone", "Placement", "PhysicalMemoryExtensions");

    [Fact]
    public void Decisions() => Call(
        "AttachDecision", "BackingChoice", "Change", "Decision", "Holding", "Importer", "MoveObstacle", "MoveWay", "PlacementDemand", "SharingPolicy", "SharingState", "SharingAdvice");

    [Fact]
    public void Mapping() => Call(
        "MappingToken", "MapPart", "MapPlan", "MapResult", "MappedScope", "DmaMapException", "DmaMapperExtensions", "ReservingMapperExtensions", "DirectMapper", "CoherentMemory");

    [Fact]
    public void Bounce() => Call("BounceMapper", "ReservingBounceMapper", "BouncePool", "BouncePoolOptions");

    [Fact]
    public void Domain() => Call("IommuMapper", "IommuDomain", "IommuDomainOptions", "LazyInvalidation");

    [Fact]
    public void Tables() => Call("PageTableFormat", "VtdSecondStage", "VtdSecondStage5", "ArmStage1", "AmdV1");

    [Fact]
    public void Bus() => Call("EmulatedIommu", "BusPort", "DmaFault", "FaultLog");

    [Fact]
    public void Planes() => Call("PlaneMapper");

    [Fact]
    public void Sharing() => Call(
        "SystemMemoryExporter", "ContiguousPoolExporter", "FixedMemoryExporter", "SharedBuffer", "Attachment", "CpuAccess", "AccessTurn", "MoveToken", "SharedBufferDirectory",
        "SharedBufferReport", "SharedBufferDirectoryReport");

    [Fact]
    public void Checked() => Call(
        "CheckedMapper", "CheckedReservingMapper", "CheckedExporter", "CheckedFrames", "CheckedMemory", "CheckedMovable", "MappingChecker", "MappingCheckerOptions", "Quarantine", "DmaMisuseException");

    private static void Call(params string[] types)
    {
        Assert.All(types, type => Assert.Contains(type, CallersCampaign.Types));
        CallersResult[] results = [.. types.Select(type => CallersCampaign.Run(CallsOfAType, Seed.Value, type: type))];
        Assert.All(results, result => Assert.True(result.What is null, result.What));
    }
}
