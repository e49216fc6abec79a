using System.Linq;
using Xunit;

namespace Conformance.Tests;

/// <summary>The laws of tables, of reach and of transfer hold in every format, by the word of the format's own walker and of the bus.</summary>
public class FormatLawTests
{
    public static TheoryData<string> Formats => [.. KnownFormat.All.Select(one => one.Name)];

    public static TheoryData<string> Broken => [.. BrokenFormats.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Tables_hold_the_union_of_the_live_mappings(string format) => TableLaws.TablesHoldTheUnionOfLiveMappings(In(format)).Check(120);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Tables_hold_exactly_the_mapping(string format) => ReachLaws.TablesHoldExactlyTheMapping(In(format)).Check(300);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Only_live_mappings_are_reachable(string format) => ReachLaws.OnlyLiveMappingsAreReachable(In(format)).Check(300);

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_device_reads_what_the_cpu_wrote(string format) => TransferLaws.DeviceReadsWhatTheCpuWrote(In(format)).Check(200);

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_cpu_reads_what_the_device_wrote(string format) => TransferLaws.CpuReadsWhatTheDeviceWrote(In(format)).Check(200);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Bounce_slots_hold_the_view_and_zeros(string format) => TransferLaws.SlotsHoldTheViewAndZeros(In(format)).Check(150);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Unmapping_undoes_everything(string format) => StateLaws.UnmappingUndoesEverything(In(format)).Check(200);

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_format_is_caught(string name)
    {
        KnownFormat broken = BrokenFormats.All.Single(one => one.Name == name);
        LawAssert.Catches(TableLaws.TablesHoldTheUnionOfLiveMappings(one => MapperRig.Of(one, format: broken)), 300);
    }

    private static MakeRig In(string format)
    {
        KnownFormat known = KnownFormat.Named(format);
        return one => MapperRig.Of(one, format: known);
    }
}
