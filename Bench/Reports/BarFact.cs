namespace Bench;

/// <summary>A judged row, as reports keep it.</summary>
internal sealed record BarFact(
    string Id, string? Case, Layout? Layout, int? Pages, double Ours, double? Baseline, double? Limit, string Unit, string Bar, string Value, bool Ok, string Note)
{
    /// <summary>The fact behind a row.</summary>
    internal static BarFact Of(BarRow row) => new(
        row.Id, row.Case, row.Layout, row.Pages, LifeFact.Rounded(row.Ours), Rounded(row.Baseline), Rounded(row.Limit), row.Unit, row.Bar, row.Value, row.Ok, row.Note);

    private static double? Rounded(double? value) => value is { } number ? LifeFact.Rounded(number) : null;
}
