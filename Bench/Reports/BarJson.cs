using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bench;

/// <summary>Rows for programs: one array of objects with the same keys each, null where a row has nothing to say.</summary>
internal static class BarJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,

        // The file is no part of a web page, and bars are full of signs that such a page would take for its own.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes them, over what the file had.</summary>
    internal static void Write(FileStream file, IEnumerable<BarRow> rows)
    {
        if (file.CanSeek) file.SetLength(0);
        JsonSerializer.Serialize(file, rows.Select(Entry.Of), Options);
        file.Flush();
    }

    private sealed record Entry(string Id, string? Case, string? Layout, int? Pages, double Ours, double? Baseline, double? Limit, string Unit, string Bar, bool Ok)
    {
        internal static Entry Of(BarRow row)
            => new(row.Id, row.Case, row.Layout is { } layout ? Layouts.IdOf(layout) : null, row.Pages, row.Ours, row.Baseline, row.Limit, row.Unit, row.Bar, row.Ok);
    }
}
