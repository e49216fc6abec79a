using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bench;

/// <summary>All that a report says, in one file. Its text, its plots and the README's table are made from nothing else.</summary>
/// <param name="Machine">Where it was measured.</param>
/// <param name="Lives">Whole lives.</param>
/// <param name="Bars">Every judged row.</param>
/// <param name="Titles">What each bar is about, by its name.</param>
internal sealed record ReportData(MachineFacts Machine, IReadOnlyList<LifeFact> Lives, IReadOnlyList<BarFact> Bars, IReadOnlyDictionary<string, string> Titles)
{
    /// <summary>What the file is called.</summary>
    internal const string FileName = "report.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>What was measured just now, on this machine.</summary>
    internal static ReportData Of(BarRun run) => new(
        MachineFacts.Current,
        [.. Cell.All.SelectMany(cell => run.Cells.Measured.Where(times => times.Cell == cell)).Select(LifeFact.Of)],
        [.. run.Rows.Select(BarFact.Of)],
        run.Bars.ToDictionary(bar => bar.Id, bar => bar.Title));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static ReportData Read(string path) => JsonSerializer.Deserialize<ReportData>(File.ReadAllText(path), Options)!;

    /// <summary>Writes the file.</summary>
    internal void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Options) + "\n");

    /// <summary>The whole lives of one cell; null where it was not measured.</summary>
    internal LifeFact? LifeOf(int pages, Layout layout) => Lives.FirstOrDefault(life => life.Pages == pages && life.Layout == layout);
}
