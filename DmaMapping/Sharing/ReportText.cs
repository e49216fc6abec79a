using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Reports of shared buffers as text for people. Lines end with a line feed everywhere.</summary>
internal static class ReportText
{
    internal static string Of(SharedBufferDirectoryReport report)
    {
        int backed = report.Buffers.Count(one => one.Backing is not null);
        var text = new StringBuilder($"{Count(report.Buffers.Count, "shared buffer")}, {Number(report.TotalBytes)} bytes; {Number(backed)} with frames");
        foreach (SharedBufferReport one in report.Buffers) Append(text.Append("\n\n"), one);
        return text.ToString();
    }

    internal static string Of(SharedBufferReport report)
    {
        var text = new StringBuilder();
        Append(text, report);
        return text.ToString();
    }

    private static void Append(StringBuilder text, SharedBufferReport report)
    {
        text.Append($"{TextColumns.OneLine(report.Exporter)}: {Number(report.Length)} bytes of {report.Kind} memory{(report.IsRevoked ? ", revoked" : string.Empty)}");
        Line("policy", report.Policy.ToString());
        Line("backing", report.Backing?.ToString() ?? "none chosen yet");
        Line("demand", report.Demand.ToString());
        Line("constraints", report.Constraints.ToString());
        if (report.Move is { } move) Line("moving", move.ToString());
        Line("attached", report.Attachments.Count == 0 ? "nobody" : Count(report.Attachments.Count, "device"));
        if (report.Attachments.Count > 0) Table(report.Attachments).AppendTo(text, 4);
        Line("in use", report.Uses.Count == 0 ? "nothing" : Count(report.Uses.Count, "use"));
        if (report.Uses.Count > 0) Table(report.Uses).AppendTo(text, 4);

        void Line(string what, string value) => text.Append($"\n  {(what + ":").PadRight(13)}{TextColumns.OneLine(value)}");
    }

    private static TextColumns Table(IReadOnlyList<AttachmentReport> attachments)
    {
        var table = new TextColumns("device", "bus", "verdict", "addresses", "declares", "constraints");
        foreach (AttachmentReport one in attachments)
        {
            MapperProfile profile = one.Importer.Profile;
            string verdict = one.Decision.Verdict + (one.IsRevoked ? ", revoked" : string.Empty) + (one.IsToldToStop ? ", told to stop" : string.Empty);
            if (one.Decision.Refusal is { } refusal) verdict += $" ({refusal.Reason})";
            table.Add(one.Name, profile.Device.Requester.ToString(), verdict, profile.Addressing.ToString(), string.Join(", ", Declared(one.Importer)), profile.Device.Constraints.ToString());
        }

        return table;
    }

    private static TextColumns Table(IReadOnlyList<UseReport> uses)
    {
        var table = new TextColumns("by", "as", "#from byte", "#bytes", "access", "#copied bytes", "open turns");
        foreach (UseReport one in uses)
        {
            string turns = one.OpenTurns.Count == 0 ? "none" : string.Join(", ", one.OpenTurns);
            string held = Words(one.Kind) + (one.Plane.IsEmpty ? string.Empty : $" of {one.Plane}") + (one.IsRevoked ? ", revoked" : string.Empty);
            table.Add(one.Owner, held, Number(one.Offset), Number(one.Length), Words(one.Access), Number(one.BouncedBytes), turns);
        }

        return table;
    }

    /// <summary>What an importer declares, but for what everyone does who says nothing.</summary>
    private static IEnumerable<string> Declared(Importer importer)
    {
        yield return Words(importer.Access);
        if (importer.IsMovable) yield return "movable";
        if (importer.TakesTurns) yield return "takes turns";
        if (importer.RawPfns) yield return "raw pfns";
        if (importer.MapsWindows) yield return "maps windows";
        if (importer.ZeroCopyOnly) yield return "zero copy only";
        if (importer.NeedsPages) yield return "needs pages";
        if (!importer.Profile.Device.IsTrusted) yield return "not trusted";
        if (importer.Profile.BounceCapacity > 0) yield return $"bounces up to {Number(importer.Profile.BounceCapacity)} bytes";
    }

    private static string Words(MemoryAccess access) => access switch
    {
        MemoryAccess.Read => "reads",
        MemoryAccess.Write => "writes",
        MemoryAccess.ReadWrite => "reads and writes",
        _ => "nothing",
    };

    private static string Words(HoldingKind kind) => kind switch
    {
        HoldingKind.CpuAccess => "CPU access",
        HoldingKind.Pfns => "raw pfns",
        _ => "mapping",
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Count(int number, string one) => $"{Number(number)} {one}{(number == 1 ? string.Empty : "s")}";
}
