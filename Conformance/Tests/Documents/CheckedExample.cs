using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>What docs/checked-mapper.md shows, and the reports in its table.</summary>
public partial class CheckedExample
{
    [Fact]
    public void The_example_of_the_page_on_the_checked_mapper_does_what_it_says()
    {
        var machine = EmulatedMachine.WithRam(64L << 20);
        var iommu = new EmulatedIommu(machine);
        using var domain = new IommuDomain(machine, machine.Frames, iommu);
        var nic = new DmaDevice("nic", new RequesterId(0, 3, 0));
        using PfnBuffer buffer = MisuseScene.Frames(2);
        var segments = new DmaSegment[2];
        var early = new byte[8];
        // <checked>
        var checker = new MappingChecker(); // one for the machine; throws, unless it is given somebody to tell
        using var mapper = new CheckedMapper(checker, new IommuMapper(nic, domain)); // around the outermost mapper of each device
        checker.Watch(iommu.Connect(nic, domain)); // what the device accesses
        var memory = new CheckedMemory(checker, machine); // what the CPU accesses

        MapResult mapping = mapper.MapOrThrow(buffer.View, DmaDirection.FromDevice, segments);
        string report = "";
        try { memory.Read(buffer.View, 0, early); } // the device has these bytes
        catch (DmaMisuseException misuse) { report = misuse.Message; }
        mapper.SyncForCpu(mapping.Token, 0, 4096);
        memory.Read(buffer.View, 0, early); // now the CPU has the first 4096
        mapper.Unmap(mapping.Token);
        // </checked>

        Assert.StartsWith("nic: read by the CPU of 8 bytes at 0x1000000 by CheckedExample.", report, StringComparison.Ordinal);
    }

    /// <summary>Each report in the table is one that a misuse of its kind gives, letter for letter but for the places; and each kind has one.</summary>
    [Fact]
    public void The_table_of_the_page_on_the_checked_mapper_has_the_reports_that_are_given()
    {
        var given = new HashSet<(string, string)>();
        foreach (string name in Misuses.Names) given.Add((Misuses.KindOf(name).ToString(), Site().Replace(Misuses.Commit(name)!.ToString(), "Nic.Send (Nic.cs:40)")));
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string row in File.ReadAllLines(Path.Combine(DocumentTests.Root(), "docs", "checked-mapper.md")).Where(line => line.Contains("Nic.cs:40", StringComparison.Ordinal) && line.StartsWith('|')))
        {
            string[] cells = [.. row.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim(' ', '`'))];
            Assert.Contains((cells[1], cells[3]), given);
            kinds.Add(cells[1]);
        }

        Assert.Equal(Misuses.Names.Select(name => Misuses.KindOf(name).ToString()).Distinct().Order(StringComparer.Ordinal), kinds);
    }

    [GeneratedRegex(@"\b(\w+Misuses|MisuseScene)\.\w+( \(\w+\.cs:\d+\))?")]
    private static partial Regex Site();
}
