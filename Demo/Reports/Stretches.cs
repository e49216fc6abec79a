using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using Drivers;
using PfnBuffers;

namespace Demo;

/// <summary>Ranges of the buffer's bytes to be drawn in a lane, each with what to say of it.</summary>
/// <param name="Start">Offset in the buffer.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Kind">Which of some shades it is drawn in.</param>
/// <param name="Title">What it is, in words.</param>
internal readonly record struct Stretch(long Start, long Length, int Kind, string Title)
{
    internal static IEnumerable<Stretch> OfRuns(ShareOutcome outcome)
    {
        var list = new List<Stretch>();
        long length = outcome.Scanned.Format.Length;
        int number = 0;
        foreach (FrameRun run in new PfnView([.. outcome.Frames], outcome.PageSize, 0, length).Runs)
        {
            bool high = run.Address.Value >> 32 != 0;
            string where = high ? "above" : "below";
            long start = (long)run.FirstFrame << outcome.PageSize.Shift;
            list.Add(new Stretch(start, run.Length, (number % 3) + (high ? 3 : 0),
                $"run {number}: frames {run.FirstFrame} to {run.FirstFrame + run.FrameCount - 1}, from {run.Start}, {where} 4 GiB"));
            number++;
        }

        return list;
    }

    internal static IEnumerable<Stretch> OfSegments(DeviceResult device)
    {
        int number = 0;
        foreach (Transfer transfer in device.Transfers)
        {
            long at = transfer.Offset;
            foreach (DmaSegment segment in transfer.Segments)
            {
                yield return new Stretch(at, segment.Length, number & 1,
                    $"segment {number} at {segment.Address}, {Words.Bytes(segment.Length)}, bytes {Words.Number(at)} to {Words.Number(at + segment.Length - 1)}");
                at += segment.Length;
                number++;
            }
        }
    }

    internal static IEnumerable<Stretch> OfBouncedParts(DeviceResult device)
        => device.Transfers.SelectMany(transfer => transfer.Parts
            .Where(part => part.Treatment == MapTreatment.Bounced)
            .Select(part => new Stretch(transfer.Offset + part.Offset, part.Length, 0, $"bounced: {Words.Bytes(part.Length)} from byte {Words.Number(transfer.Offset + part.Offset)} on")));

    internal static IEnumerable<Stretch> OfWindows(DeviceResult device)
        => device.Transfers.Select((transfer, i) => new Stretch(transfer.Offset, transfer.Length, i & 1,
            $"mapping {i}: {Words.Count(transfer.Segments.Count, "segment")}, {Words.Bytes(transfer.Length)}"));

    /// <summary>
    /// What is narrower than can be seen is drawn together, so that the largest picture's report stays small. Only stretches
    /// that touch are joined.
    /// </summary>
    internal static IEnumerable<Stretch> Visible(IEnumerable<Stretch> stretches, long from, long to, double bytesPerPoint)
    {
        Stretch pending = default;
        int joined = 0, drawn = 0;
        foreach (Stretch stretch in stretches)
        {
            long start = Math.Max(stretch.Start, from), end = Math.Min(stretch.Start + stretch.Length, to);
            if (start >= end) continue;
            if (joined > 0 && pending.Start + pending.Length == start && pending.Length < bytesPerPoint)
            {
                pending = pending with { Length = end - pending.Start };
                joined++;
                continue;
            }

            if (joined > 0) yield return Finish(pending, joined, drawn++);
            pending = stretch with { Start = start, Length = end - start };
            joined = 1;
        }

        if (joined > 0) yield return Finish(pending, joined, drawn);
    }

    private static Stretch Finish(in Stretch stretch, int joined, int drawn)
        => joined == 1 ? stretch : stretch with { Title = $"{joined} together, from: {stretch.Title}", Kind = stretch.Kind < 3 ? drawn % 2 : stretch.Kind };
}
