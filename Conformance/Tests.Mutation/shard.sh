#!/usr/bin/env bash
# shard.sh NAME... [-- OPTION...]: dotnet-stryker over some folders of one library, with the tests that reach them; several names make one run.
# Its report is StrykerOutput/NAME/reports/mutants.json; options go to dotnet-stryker, and --mutate FILE among them stands for the folders.
set -euo pipefail
cd "$(dirname "$0")"

names=()
while (($# > 0)) && [[ $1 != -- ]]; do names+=("$1"); shift; done
(($# == 0)) || shift

project=DmaMapping folders=() tests=()
for name in "${names[@]:-}"; do case "$name" in
  views) project=PfnBuffers folders+=(Views Addresses)
    tests+=(QuickCallerTests.Views ViewTests ViewModelTests BufferTests RunTests PlaneTests AddressTests EqualityTests OneRunTests CountedSegmentTests PhysicalMemoryTests) ;;
  constraints) project=PfnBuffers folders+=(Constraints Devices)
    tests+=(QuickCallerTests.Constraints ConstraintsTests MeetTests SegmenterTests SegmentingTests CountedSegmentTests DeviceProfileTests EqualityTests) ;;
  copies) project=Conformance.Internals # whole: the fewest copies, and the gauges of pools
    tests+=(FewestCopiesTests PoolMetricsTests) ;;
  memory) project=PfnBuffers folders+=(Memory)
    tests+=(QuickCallerTests.Memory EqualityTests FrameAllocatorTests FrameFreeTests FrameModelTests EmulatedMachineTests PhysicalMemoryTests PlacementTests TableMemoryTests) ;;
  decisions) project=PfnBuffers folders+=(Sharing Internal/Throw.cs Internal/ViewPieces.cs)
    tests+=(QuickCallerTests.Decisions AdviceTests AttachmentPlanTests CheapestChangeTests ExporterCapacityTests FewestCopiesVerdictTests KeptBitsVerdictTests LateAttachTests MoveTests
      MoveWayTests PaperAdviceTests PaperChangeTests PaperDecisionTests PaperDemandTests PaperWayTests RawPfnTests ReportTests SharedBufferTests SharingAdviceTests SharingLawTests
      AttackTests) ;;
  iova) folders+=(Iommu/Iova Waiting Locks)
    tests+=(QuickCallerTests.Domain DomainLawTests DomainDisposalTests IommuTests LazyDomainTests RefusalTests ReservationTests ReserveAsyncTests SpentReservationTests TableShortageTests BounceWaitTests
      DomainMishapTests GranuleTests IovaApertureTests IovaBlockTests IovaReuseTests IovaWaitTests KeptBitsTests) ;;
  tables) folders+=(Iommu/Tables Iommu/Formats)
    tests+=(QuickCallerTests.Tables FormatTests FormatLawTests GranuleTests IommuTests LinkLawTests PrefixReachTests TableMemoryTests TableShortageTests
      AmdEntryTests RunPageTests TableStockTests) ;;
  domain) folders+=(Iommu/Lazy Iommu/Reservations 'Iommu/*.cs')
    tests+=(QuickCallerTests.Domain DomainLawTests DomainDisposalTests DomainMishapTests ForgedTokenTests GranuleTests IommuTests LazyDomainTests LinkLawTests MapperArgumentTests MapperLawTests MapperTokenTests
      PrefixReachTests RefusalTests ReservationTests ReserveAsyncTests SpentReservationTests TableShortageTests)
    tests+=(DomainEndTests EndedTokenTests FormatTests HardwareMetricsTests IovaApertureTests IovaBlockTests IovaPrefixTests IovaWaitTests KeptBitsCutTests KeptBitsTests LargeMappingTests LayoutLimitTests
      LazyBatchTests LinkGranuleTests LinkRangeTests LinkTableTests MapMetricsTests ReservationShortageTests ShortageMetricsTests SingleFrameTests SpentRoomTests WaitAmidMappingTests) ;;
  bounce) folders+=(Bounce)
    tests+=(HomeConflictTests PoolMetricsTests.A_bounce_pool PoolRoomTests SlotNumberTests WarmRunTests)
    tests+=(BouncedRunTests ConfinedFrameTests CopiedTwinTests EdgeCallTests EdgeMeanwhileTests PartlyReachedFrameTests ReservationMetricsTests ReservedRunTests ShortenedPrefixTests WaitContextTests)
    tests+=(QuickCallerTests.Bounce BounceDivergenceTests BounceMishapTests BounceReservationTests BounceTests BounceWaitTests EdgeCopyTests EdgeDivergenceTests EdgeGranuleTests EdgeKeptBitsTests EdgeLawTests
      EdgeLinkTests EdgeMapTests EdgeRefusalTests EdgeReservationTests EdgeWaitTests KeptBitsTests MapperLawTests PoolDisposalTests PoolGrowthTests PoolOptionsTests PoolShrinkTests ShortageTests)
    tests+=(BounceReachTests ChosenCopyTests KeptSlotTests LargeViewTests LongRunTests MapMetricsTests NestedBounceTests PoolBlameTests PrefixCopyTests ShortageMetricsTests TwinCopyTests UncopiedPartTests
      UnusedSlotTests) ;;
  mapping) folders+=(Mapping Direct Coherent)
    tests+=(QuickCallerTests.Mapping CoherentMemoryTests DirectMapperTests KeptBitsTests MapMetricsTests MapperArgumentTests MapperLawTests MapperTokenTests MappingTextTests BounceReservationTests BounceTests
      EqualityTests IommuTests ReservationTests ShortageTests TokenSlotTests) ;;
  bus) folders+=(Bus)
    tests+=(QuickCallerTests.Bus BusPortTests DrainTests IommuHardwareTests IommuTests MapperLawTests FormatLawTests HardwareMetricsTests
      AskedMemoryTests DmaFaultTests GivenBackFramesTests IommuCallTests LongAccessTests.What_no_device_reaches RememberedTableTests WatchedDeviceTests) ;;
  sharing) folders+=(Sharing)
    tests+=(QuickCallerTests.Sharing AdviceTests AttachmentPlanTests AttackTests DirectoryTests ExporterCapacityTests ExporterFaultTests FewestCopiesVerdictTests KeptBitsVerdictTests LateAttachTests
      MoveTests MoveWayTests RawPfnTests ReportJsonTests ReportTests RevokeTests SharedBufferTests SharedPlaneTests SharingLawTests TurnTests
      AttachmentCallTests ConflictNameTests CopiedPartTests FixedMemoryExporterTests HolderAnswerTests LateBackingTests LiveUseTests MoveObstacleTests MoveReportTests OpenTurnTests PlanRefusalTests
      RelocationTests ReportTextTests RevokedUseTests SharedBufferArgumentTests SharedLineTests SystemMemoryExporterTests WrongBackingTests) ;;
  checked) folders+=(Checked)
    tests+=(QuickCallerTests.Checked CheckedCallTests CheckedFrameTests CheckedMapperLawTests CheckedMemoryTests CheckedMoveTests CheckedReservationTests CheckerModelTests DriverSiteTests EmittedSiteTests
      EndedMappingTests FailedUnmapTests FoundRangesTests GivenBackFramesTests LinkedRangesTests MisuseReportTests MisuseTests NamedReservationsTests OverlappingMappingsTests QuarantineReleaseTests
      QuarantineTests SegmentCheckTests SyncedBytesTests TiedOwnersTests ToldReservationTests WatchedDeviceTests) ;;
  planes) folders+=(Planes)
    tests+=(QuickCallerTests.Planes PlaneLawTests PlaneMapperTests PlanePlanTests PlaneReachTests PlaneWindowTests SharedPlaneTests UnplannedLineTests) ;;
  metrics) folders+=(Metrics)
    tests+=(HardwareMetricsTests MapMetricsTests PoolMetricsTests QuarantineTests ShortageMetricsTests) ;;
  *) echo "usage: $0 views|constraints|copies|memory|decisions|iova|tables|domain|bounce|mapping|bus|sharing|checked|planes|metrics ... [-- options of dotnet-stryker]" >&2; exit 2 ;;
esac done

# A copy of the tree, in which all that the shard does not mutate calls itself generated: dotnet-stryker compiles its mutants into every file it may mutate, and
# what loops over frames there takes ten to a hundred times as long.
output="$PWD/StrykerOutput/${names[*]}" tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd ../..
git ls-files -z --cached --others --exclude-standard | tar --null --files-from - --create | tar --extract --directory "$tree"
cd "$tree"
find PfnBuffers DmaMapping -name '*.cs' > files
for one in "${folders[@]}"; do
  [[ $one == *.cs ]] && inside="$project/${one//\*/[^/]*}" || inside="$project/$one/.*"
  grep --invert-match --line-regexp "$inside" files > others && mv others files
done
[[ $project == Conformance.Internals ]] || xargs sed -i '1s|^\(\xef\xbb\xbf\)\?|// <auto-generated/>\n#nullable enable\n|' < files
cd Conformance/Tests.Mutation

mutate=() filter=
if [[ " $* " != *" --mutate "* ]]; then
  for one in "${folders[@]}"; do
    [[ $one == *.cs ]] || one="$one/**/*.cs"
    mutate+=(--mutate "**/$project/$one")
  done
fi
for one in "${tests[@]}"; do
  [[ $one == *.* ]] || one+=.
  filter+="${filter:+|}FullyQualifiedName~.$one"
done

# What looks at generated cases or at broken laws, what many threads play and what tries every length of an array asks little of a mutant, at a price;
# and a test that takes half a minute over a library in which every mutant is compiled in spoils what is seen of the coverage of all after it.
filter="($filter)"
for one in allocates_nothing Threads_never_share _is_caught _are_caught _for_often _met_often _are_met refuses_everything_has_not_passed threads_do_not keeps_nobody_waiting Cancelling_at_any_time while_many_threads \
  No_number_in_a_token Nobody_is_told_of_an_end_that No_wake_up_is_lost while_it_is_synced A_failure_tells_the_law Advice_helps_nothing Frames_that_are_not_to_be_had_now \
  As_many_cases_as_it_took Every_law_is_tried; do filter+="&FullyQualifiedName!~$one"; done

dotnet stryker --project "$project.csproj" "${mutate[@]}" --test-case-filter "$filter" --output "$output" "$@"
