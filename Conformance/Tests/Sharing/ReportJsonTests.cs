using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The JSON of a report parses, and says what the report says.</summary>
public class ReportJsonTests
{
    [Fact]
    public void Every_property_is_there_and_equal()
    {
        using var scene = new MoveScene();
        var told = new Obedient();
        Attachment nic = scene.Anything(movable: told), gpu = scene.Raw().Attachment!;
        var mapper = new BounceMapper(new DirectMapper(scene.Device("codec", new DmaConstraints { SegmentBoundaryMask = 0xffff, MaxSegmentSize = 512, Alignment = 16, Granularity = 4, OffsetPreservingMask = 15 })), scene.Pool, BounceMode.Everything);
        Attachment codec = scene.Come(mapper, importer => new Importer(importer) { TakesTurns = true, MapsWindows = true, NeedsPages = true, Access = MemoryAccess.Read }).Attachment!;
        MapResult a = MoveScene.Map(nic, DmaDirection.ToDevice), b = codec.Map(0, 4096, DmaDirection.ToDevice, new DmaSegment[64]).Mapping;
        AccessTurn turn = codec.BeginAccess(b.Token, 1, 2, MemoryAccess.Read).Turn;
        SharedBufferReport? report = null;
        told.OnStop = notice =>
        {
            report = scene.Buffer.Report();
            Assert.True(notice.Attachment.ConfirmStopped(notice.Token));
        };
        AssertSame(scene.Buffer.Report());
        codec.EndAccess(turn);
        codec.Unmap(b.Token);
        AttachResult display = scene.Tight();
        Assert.True(display.IsAttached, display.ToString());
        Assert.NotNull(report!.Move);
        AssertSame(report);
        SharedMapResult raw = gpu.TakePfns(1, 1, DmaDirection.Bidirectional, out _);
        AssertSame(scene.Buffer.Report());
        gpu.PutBack(raw.Mapping.Token);
        nic.Unmap(a.Token);
        SharedMapResult lines = nic.MapPlane(new Plane(1, 2, 300, 4), 1, DmaDirection.ToDevice, new DmaSegment[8]);
        nic.Revoke();
        AssertSame(scene.Buffer.Report());
        scene.Buffer.Revoke();
        AssertSame(scene.Buffer.Report());
        nic.Unmap(lines.Mapping.Token);
        AssertSame(scene.Buffer.Report());
    }

    [Fact]
    public void Without_frames_or_devices_or_limits_there_is_null()
    {
        using var scene = new MoveScene();
        SharedBufferReport report = scene.Buffer.Report();
        AssertSame(report);
        using JsonDocument json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("backing").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("constraints").GetProperty("maxSegmentCount").ValueKind);
    }

    [Theory]
    [InlineData("\"quoted\"")]
    [InlineData("line\nbreak")]
    [InlineData("k\u00e4mera \ud83d\udcf7")]
    [InlineData("</script>")]
    public void Any_name_survives(string name)
    {
        using var scene = new MoveScene();
        scene.Anything(name);
        using JsonDocument json = JsonDocument.Parse(scene.Buffer.Report().ToJson());
        Assert.Equal(name, json.RootElement.GetProperty("attachments")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Half_a_character_in_a_name_breaks_nothing()
    {
        using var scene = new MoveScene();
        scene.Anything("half \ud83d");
        using JsonDocument json = JsonDocument.Parse(scene.Buffer.Report().ToJson());
        Assert.StartsWith("half ", json.RootElement.GetProperty("attachments")[0].GetProperty("name").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_of_the_callers_gets_one_object_where_it_stands()
    {
        using var scene = new MoveScene();
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            scene.Buffer.Report().WriteJson(writer);
            scene.Buffer.Report().WriteJson(writer);
            writer.WriteEndArray();
        }

        using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal(2, json.RootElement.GetArrayLength());
        Assert.Throws<ArgumentNullException>(() => scene.Buffer.Report().WriteJson(null!));
    }

    private static void AssertSame(SharedBufferReport report)
    {
        using JsonDocument document = JsonDocument.Parse(report.ToJson());
        JsonElement json = document.RootElement;
        Assert.Equal((report.Exporter, report.Kind.ToString(), report.Length), (Text(json, "exporter"), Text(json, "kind"), Number(json, "bytes")));
        Assert.Equal(report.IsRevoked, Is(json, "isRevoked"));
        Assert.Equal(report.Attachments.Select(one => one.IsRevoked), json.GetProperty("attachments").EnumerateArray().Select(one => Is(one, "isRevoked")));
        Assert.Equal(report.Uses.Select(one => one.IsRevoked), json.GetProperty("uses").EnumerateArray().Select(one => Is(one, "isRevoked")));
        Assert.Equal(report.Uses.Select(one => one.Plane), json.GetProperty("uses").EnumerateArray().Select(one => PlaneOf(one.GetProperty("plane"))));
        JsonElement policy = json.GetProperty("policy");
        Assert.Equal((report.Policy.AllowsMove, report.Policy.AllowsBounce, report.Policy.PrefersBounce), (Is(policy, "allowsMove"), Is(policy, "allowsBounce"), Is(policy, "prefersBounce")));
        AssertSame(report.Backing, json.GetProperty("backing"));
        JsonElement demand = json.GetProperty("demand");
        Assert.Equal(
            (report.Demand.Placement.First.ToString(), report.Demand.Placement.Last.ToString(), report.Demand.Contiguous, report.Demand.NeedsPages, report.Demand.IsBottom),
            (Text(demand, "first"), Text(demand, "last"), Is(demand, "contiguous"), Is(demand, "needsPages"), Is(demand, "isBottom")));
        Assert.Equal((Hex(report.Demand.Placement.Alignment, 1), Hex(report.Demand.Placement.BoundaryMask, 0)), (Text(demand, "alignment"), Text(demand, "boundaryMask")));
        AssertSame(report.Constraints, json.GetProperty("constraints"));
        Assert.Equal(report.Attachments.Count, json.GetProperty("attachments").GetArrayLength());
        foreach ((AttachmentReport one, JsonElement other) in report.Attachments.Zip(json.GetProperty("attachments").EnumerateArray()))
        {
            (Importer importer, MapperProfile profile) = (one.Importer, one.Importer.Profile);
            Assert.Equal((one.Name, one.Decision.Verdict.ToString(), one.LiveUses, one.IsToldToStop), (Text(other, "name"), Text(other, "verdict"), Number(other, "liveUses"), Is(other, "isToldToStop")));
            Assert.Equal((profile.Device.Requester.ToString(), profile.Addressing.ToString(), profile.BounceCapacity), (Text(other, "requester"), Text(other, "addressing"), Number(other, "bounceCapacity")));
            Assert.Equal((importer.Access.ToString(), one.Decision.Refusal?.Reason.ToString()), (Text(other, "access"), Text(other, "refusal")));
            Assert.Equal(
                [importer.IsMovable, importer.TakesTurns, importer.RawPfns, importer.MapsWindows, importer.ZeroCopyOnly, importer.NeedsPages, profile.Device.IsTrusted],
                new[] { "isMovable", "takesTurns", "rawPfns", "mapsWindows", "zeroCopyOnly", "needsPages", "isTrusted" }.Select(name => Is(other, name)));
            AssertSame(profile.Device.Constraints, other.GetProperty("constraints"));
        }

        Assert.Equal(
            report.Uses.Select(use => (use.Owner, use.Kind.ToString(), use.Offset, use.Length, use.Access.ToString(), use.BouncedBytes)),
            json.GetProperty("uses").EnumerateArray().Select(use => (Text(use, "owner")!, Text(use, "kind")!, Number(use, "offset"), Number(use, "bytes"), Text(use, "access")!, Number(use, "bouncedBytes"))));
        Assert.Equal(
            report.Uses.SelectMany(use => use.OpenTurns).Select(turn => (turn.Offset, turn.Length, turn.Writes)),
            json.GetProperty("uses").EnumerateArray().SelectMany(use => use.GetProperty("openTurns").EnumerateArray()).Select(turn => (Number(turn, "offset"), Number(turn, "bytes"), Is(turn, "writes"))));
        JsonElement move = json.GetProperty("move");
        if (report.Move is null)
        {
            Assert.Equal(JsonValueKind.Null, move.ValueKind);
            return;
        }

        Assert.Equal(report.Move.Newcomer, Text(move, "newcomer"));
        Assert.Equal(report.Move.Holders, move.GetProperty("holders").EnumerateArray().Select(one => one.GetString()!));
        Assert.Equal(report.Move.NotStopped, move.GetProperty("notStopped").EnumerateArray().Select(one => one.GetString()!));
        AssertSame(report.Move.Target, move.GetProperty("target"));
    }

    private static void AssertSame(BackingReport? backing, JsonElement json)
    {
        Assert.Equal(backing is null, json.ValueKind == JsonValueKind.Null);
        if (backing is null) return;
        Assert.Equal((backing.PageSize.Bytes, backing.Offset, backing.FrameCount, backing.RunCount), (Number(json, "pageSize"), Number(json, "offset"), Number(json, "frames"), Number(json, "runs")));
        Assert.Equal(
            backing.FirstRuns.Select(run => ($"0x{run.Start.Value:x}", (long)run.FrameCount)),
            json.GetProperty("firstRuns").EnumerateArray().Select(run => (Text(run, "pfn")!, Number(run, "frames"))));
    }

    private static void AssertSame(in DmaConstraints constraints, JsonElement json)
    {
        Assert.Equal(
            (constraints.IsBottom, constraints.Window.First.ToString(), constraints.Window.Last.ToString(), Hex(constraints.SegmentBoundaryMask, 0), Hex(constraints.Alignment, 1), Hex(constraints.OffsetPreservingMask, 0)),
            (Is(json, "isBottom"), Text(json, "first"), Text(json, "last"), Text(json, "segmentBoundaryMask"), Text(json, "alignment"), Text(json, "offsetPreservingMask")));
        Assert.Equal((Limit(constraints.MaxSegmentCount, 0), Limit(constraints.MaxSegmentSize, 0), Limit(constraints.Granularity, 1)), (Limited(json, "maxSegmentCount"), Limited(json, "maxSegmentSize"), Limited(json, "granularity")));
    }

    private static Plane PlaneOf(JsonElement json)
        => json.ValueKind == JsonValueKind.Null ? default : new Plane(Number(json, "offset"), Number(json, "width"), Number(json, "stride"), (int)Number(json, "height"));

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static bool Is(JsonElement json, string name) => json.GetProperty(name).GetBoolean();

    private static long? Limited(JsonElement json, string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    private static long? Limit(long limit, long none) => limit == none ? null : limit;

    private static string? Hex(ulong value, ulong none) => value == none ? null : $"0x{value:x}";
}
