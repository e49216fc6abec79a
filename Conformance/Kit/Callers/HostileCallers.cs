using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Conformance;

/// <summary>The hostile callers of all public types. A new type's caller is added here.</summary>
internal static class HostileCallers
{
    private static readonly HostileCaller[] Callers =
    [
        new DmaAddressCaller(), new PhysicalAddressCaller(), new PfnCaller(), new PageSizeCaller(),
        new PfnViewCaller(), new FrameRunsCaller(), new FrameRunsEnumeratorCaller(), new PfnBufferCaller(), new PfnSliceCaller(), new PlaneCaller(),
        new DmaConstraintsCaller(), new DmaSegmentCaller(), new DmaWindowCaller(), new SegmenterCaller(),
        new DmaDeviceCaller(), new MapperProfileCaller(), new RequesterIdCaller(), new DmaDirectionExtensionsCaller(),
        new EmulatedMachineCaller(), new FrameAllocatorCaller(), new FrameFragmentationCaller(), new MemoryRegionCaller(), new MemoryZoneCaller(), new PlacementCaller(), new PhysicalMemoryExtensionsCaller(),
        new AttachDecisionCaller(), new BackingChoiceCaller(), new ChangeCaller(), new DecisionCaller(), new HoldingCaller(), new ImporterCaller(), new MoveObstacleCaller(), new MoveWayCaller(),
        new PlacementDemandCaller(), new SharingPolicyCaller(), new SharingStateCaller(), new SharingAdviceCaller(),
        new MappingTokenCaller(), new MapPartCaller(), new MapPlanCaller(), new MapResultCaller(), new MappedScopeCaller(), new DmaMapExceptionCaller(), new DmaMapperExtensionsCaller(), new ReservingMapperExtensionsCaller(),
        new DirectMapperCaller(), new BounceMapperCaller(), new ReservingBounceMapperCaller(), new IommuMapperCaller(), new PlaneMapperCaller(),
        new BouncePoolCaller(), new BouncePoolOptionsCaller(), new IommuDomainCaller(), new IommuDomainOptionsCaller(), new LazyInvalidationCaller(), new PageTableFormatCaller(),
        new LayoutCaller<DmaMapping.VtdSecondStage>(), new LayoutCaller<DmaMapping.VtdSecondStage5>(), new LayoutCaller<DmaMapping.ArmStage1>(), new LayoutCaller<DmaMapping.AmdV1>(),
        new EmulatedIommuCaller(), new BusPortCaller(), new DmaFaultCaller(), new FaultLogCaller(), new CoherentMemoryCaller(),
        new SystemMemoryExporterCaller(), new ContiguousPoolExporterCaller(), new FixedMemoryExporterCaller(),
        new SharedBufferCaller(), new AttachmentCaller(), new CpuAccessCaller(), new AccessTurnCaller(), new MoveTokenCaller(), new SharedBufferDirectoryCaller(), new SharedBufferReportCaller(), new SharedBufferDirectoryReportCaller(),
        new CheckedMapperCaller(), new CheckedReservingMapperCaller(), new CheckedExporterCaller(), new CheckedFramesCaller(), new CheckedMemoryCaller(), new CheckedMovableCaller(),
        new MappingCheckerCaller(), new MappingCheckerOptionsCaller(), new QuarantineCaller(), new DmaMisuseExceptionCaller(),
    ];

    private static readonly Dictionary<string, MemberInfo> Members = PublicSurface.Members.ToDictionary(one => one.Key, one => one.Info, StringComparer.Ordinal);

    /// <summary>Every call.</summary>
    internal static IReadOnlyList<HostileCall> All { get; } = [.. Callers.SelectMany(one => one.Calls)];

    /// <summary>What a call calls.</summary>
    /// <exception cref="InvalidOperationException">There is no such member: the caller is out of date.</exception>
    internal static MemberInfo MemberOf(HostileCall call)
        => Members.TryGetValue(call.Key, out MemberInfo? member) ? member : throw new InvalidOperationException($"There is no {call.Key}.");
}
