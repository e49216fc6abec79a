using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Reports of shared buffers as JSON. Names are never left out, so that every object of a kind has the same ones.</summary>
internal static class ReportJson
{
    internal static string Text(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true })) write(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    internal static void Write(Utf8JsonWriter writer, SharedBufferDirectoryReport report)
    {
        writer.WriteStartObject();
        writer.WriteNumber("totalBytes", report.TotalBytes);
        WriteAll(writer, "buffers", report.Buffers, Write);
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, SharedBufferReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("exporter", report.Exporter);
        writer.WriteString("kind", report.Kind.ToString());
        writer.WriteNumber("bytes", report.Length);
        writer.WriteBoolean("isRevoked", report.IsRevoked);
        writer.WriteStartObject("policy");
        writer.WriteBoolean("allowsMove", report.Policy.AllowsMove);
        writer.WriteBoolean("allowsBounce", report.Policy.AllowsBounce);
        writer.WriteBoolean("prefersBounce", report.Policy.PrefersBounce);
        writer.WriteEndObject();
        Write(writer, "backing", report.Backing);
        LimitsJson.Write(writer, "demand", report.Demand);
        LimitsJson.Write(writer, "constraints", report.Constraints);
        WriteAll(writer, "attachments", report.Attachments, Write);
        WriteAll(writer, "uses", report.Uses, Write);
        Write(writer, "move", report.Move);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, AttachmentReport report)
    {
        Importer importer = report.Importer;
        MapperProfile profile = importer.Profile;
        writer.WriteStartObject();
        writer.WriteString("name", report.Name);
        writer.WriteString("requester", profile.Device.Requester.ToString());
        writer.WriteString("verdict", report.Decision.Verdict.ToString());
        writer.WriteString("refusal", report.Decision.Refusal?.Reason.ToString());
        writer.WriteString("addressing", profile.Addressing.ToString());
        writer.WriteString("access", importer.Access.ToString());
        writer.WriteBoolean("isMovable", importer.IsMovable);
        writer.WriteBoolean("takesTurns", importer.TakesTurns);
        writer.WriteBoolean("rawPfns", importer.RawPfns);
        writer.WriteBoolean("mapsWindows", importer.MapsWindows);
        writer.WriteBoolean("zeroCopyOnly", importer.ZeroCopyOnly);
        writer.WriteBoolean("needsPages", importer.NeedsPages);
        writer.WriteBoolean("isTrusted", profile.Device.IsTrusted);
        writer.WriteNumber("bounceCapacity", profile.BounceCapacity);
        LimitsJson.Write(writer, "constraints", profile.Device.Constraints);
        writer.WriteNumber("liveUses", report.LiveUses);
        writer.WriteBoolean("isToldToStop", report.IsToldToStop);
        writer.WriteBoolean("isRevoked", report.IsRevoked);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, UseReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("owner", report.Owner);
        writer.WriteString("kind", report.Kind.ToString());
        writer.WriteNumber("offset", report.Offset);
        writer.WriteNumber("bytes", report.Length);
        LimitsJson.Write(writer, "plane", report.Plane);
        writer.WriteString("access", report.Access.ToString());
        writer.WriteNumber("bouncedBytes", report.BouncedBytes);
        writer.WriteBoolean("isRevoked", report.IsRevoked);
        WriteAll(writer, "openTurns", report.OpenTurns, Write);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, TurnReport report)
    {
        writer.WriteStartObject();
        writer.WriteNumber("offset", report.Offset);
        writer.WriteNumber("bytes", report.Length);
        writer.WriteBoolean("writes", report.Writes);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, MoveUnderWay? move)
    {
        if (move is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("newcomer", move.Newcomer);
        Write(writer, "target", move.Target);
        WriteAll(writer, "holders", move.Holders, (to, holder) => to.WriteStringValue(holder));
        WriteAll(writer, "notStopped", move.NotStopped, (to, holder) => to.WriteStringValue(holder));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, BackingReport? backing)
    {
        if (backing is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("pageSize", backing.PageSize.Bytes);
        writer.WriteNumber("offset", backing.Offset);
        writer.WriteNumber("frames", backing.FrameCount);
        writer.WriteNumber("runs", backing.RunCount);
        WriteAll(writer, "firstRuns", backing.FirstRuns, (to, run) =>
        {
            to.WriteStartObject();
            to.WriteString("pfn", LimitsJson.Hex(run.Start.Value));
            to.WriteNumber("frames", run.FrameCount);
            to.WriteEndObject();
        });
        writer.WriteEndObject();
    }

    private static void WriteAll<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> all, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (T one in all) write(writer, one);
        writer.WriteEndArray();
    }
}
