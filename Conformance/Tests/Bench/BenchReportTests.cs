extern alias BenchProgram;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using BenchProgram::Bench;
using Xunit;

namespace Conformance.Tests;

/// <summary>No number of a report or of the README is written by hand: all are made from the report's data.</summary>
public class BenchReportTests
{
    private static string Results => Path.Combine(DocumentTests.Root(), "results");

    public static TheoryData<string> Reports => [.. Directory.GetDirectories(Results).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_page_of_a_report_is_what_its_data_say(string folder)
    {
        ReportData data = Read(folder);
        Assert.Equal(folder, data.Machine.Folder);
        Assert.Equal(ReportText.Of(data), File.ReadAllText(Path.Combine(Results, folder, "README.md")));
        foreach (string name in Enum.GetValues<Layout>().Select(LifePlot.NameOf).Append(MemoryPlot.Name).Append(ThreadPlot.Name))
        {
            Assert.True(new FileInfo(Path.Combine(Results, folder, name + ".svg")).Length > 1000, name);
            Assert.True(new FileInfo(Path.Combine(Results, folder, name + ".png")).Length > 1000, name);
        }
    }

    [Fact]
    public void The_table_of_the_README_is_that_of_the_report_it_names()
    {
        string readme = File.ReadAllText(Path.Combine(DocumentTests.Root(), "README.md"));
        string table = ReadmeTable.In(readme) ?? throw new InvalidOperationException("The README has no table.");
        string folder = Assert.Single(Directory.GetDirectories(Results).Select(Path.GetFileName), name => table.Contains($"](results/{name})", StringComparison.Ordinal))!;
        ReportData data = Read(folder);
        Assert.Equal(ReadmeTable.Of(data), table);
        Assert.Equal(readme, ReadmeTable.PutInto(readme, data));
    }

    [Fact]
    public void A_number_that_changes_shows()
    {
        ReportData data = Read(Path.GetFileName(Directory.GetDirectories(Results)[0])!);
        List<LifeFact> lives = [.. data.Lives];
        int at = lives.FindIndex(life => life.Pages == 4096 && life.Layout == Layout.Scattered);
        lives[at] = lives[at] with { Ours = lives[at].Ours * 2 };
        ReportData changed = data with { Lives = lives };
        Assert.NotEqual(ReadmeTable.Of(data), ReadmeTable.Of(changed));
        Assert.NotEqual(ReportText.Of(data), ReportText.Of(changed));
    }

    [Fact]
    public void A_report_is_read_as_it_was_written()
    {
        ReportData data = Read(Path.GetFileName(Directory.GetDirectories(Results)[0])!);
        string file = Path.GetTempFileName();
        data.Write(file);
        ReportData again = ReportData.Read(file);
        File.Delete(file);
        Assert.Equal(data.Lives, again.Lives);
        Assert.Equal(data.Bars, again.Bars);
        Assert.Equal(ReportText.Of(data), ReportText.Of(again));
    }

    [Fact]
    public void A_document_without_a_place_gets_no_table()
    {
        ReportData data = Read(Path.GetFileName(Directory.GetDirectories(Results)[0])!);
        Assert.Null(ReadmeTable.PutInto("no place", data));
        Assert.Null(ReadmeTable.In("no place"));
    }

    private static ReportData Read(string folder) => ReportData.Read(Path.Combine(Results, folder, ReportData.FileName));
}
