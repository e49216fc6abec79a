using System;
using System.IO;
using System.Linq;
using System.Text;
using PfnBuffers;

namespace Demo;

/// <summary>What happened, as one page that needs nothing but itself: pictures, frames, lanes, and a table a device.</summary>
internal static class HtmlReport
{
    private const long CloseUp = 256 << 10;
    private const int ThumbnailWidth = 640;

    internal static void Write(Stream stream, string name, Picture input, ShareOutcome outcome, bool identical)
    {
        var page = new StringBuilder();
        long length = input.Format.Length;
        string fault = outcome.Fault == Fault.None ? string.Empty : $"<span class=\"badge planted\">planted fault: {outcome.Fault.ToString().ToLowerInvariant()}</span>";
        page.Append($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>One buffer, three devices</title><style>{Resource("report.css")}</style></head><body><main>
            <svg width="0" height="0" aria-hidden="true"><defs><pattern id="hatching" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatchline" width="2.4" height="6"/></pattern></defs></svg>
            <header><h1>One buffer, three devices</h1><p class="badges"><span class="badge {(identical ? "good" : "bad")}">pixels identical: {(identical ? "yes" : "no")}</span>{fault}</p>
            <p class="lead">{Svg.Escape(name)}, {input.Format}, {Words.Number(length)} bytes: written by a camera, transformed by a processor and scanned out by a display, all in one buffer of {Words.Count(outcome.Frames.Count, "page frame")}.</p></header>

            """);
        Figures(page, input, outcome);
        Frames(page, outcome);
        page.Append($"""
            <section><h2>What each device was told</h2>
            <p>The buffer's bytes from left to right, and under them each device's segments: what its DMA engine was given. Hatched bytes were bounced, that is copied through memory that the device reaches; everything else it reached where it was. Bars below a lane are its mappings, one after the other.</p>
            <ul class="legend"><li><i class="key camera"></i>camera</li><li><i class="key processor"></i>processor</li><li><i class="key display"></i>display</li><li><i class="key"><svg viewBox="0 0 18 12"><rect class="hatch" width="18" height="12"/></svg></i>bounced</li></ul>
            <div class="scroll">{Lanes.Draw(outcome, 0, length, "The whole buffer")}</div>

            """);
        if (length > 2 * CloseUp) page.Append($"<h3>The first {Words.Bytes(CloseUp)}, enlarged</h3><div class=\"scroll\">{Lanes.Draw(outcome, 0, CloseUp, "The first part of the buffer")}</div>\n");
        page.Append("</section><section><h2>Device by device</h2><div class=\"cards\">\n");
        foreach (DeviceResult device in outcome.Devices) Card(page, device);
        page.Append($"</div><p class=\"note\">Together the three could take: {Svg.Escape(outcome.Merged.ToString())}. Asked of the frames: {Svg.Escape(outcome.Demand.ToString())}.</p></section></main></body></html>\n");
        stream.Write(Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static void Figures(StringBuilder page, Picture input, ShareOutcome outcome)
    {
        page.Append("<section class=\"figures\">");
        Figure(page, input, "What the camera saw");
        Figure(page, outcome.Scanned, "What the display's bus port read");
        Figure(page, outcome.Shown, "The same, transform undone: display.png");
        if (!outcome.PixelsIdentical) Figure(page, input.ShowDifferences(outcome.Shown), $"{Words.Count(outcome.DifferentPixels, "pixel")} of it differ{(outcome.DifferentPixels == 1 ? "s" : string.Empty)} from what the camera saw");
        page.Append("</section>\n");
    }

    private static void Figure(StringBuilder page, Picture picture, string caption)
        => page.Append($"<figure><img alt=\"{Svg.Escape(caption)}\" src=\"data:image/webp;base64,{Convert.ToBase64String(PictureFile.Thumbnail(picture, ThumbnailWidth))}\"><figcaption>{Svg.Escape(caption)}</figcaption></figure>");

    private static void Frames(StringBuilder page, ShareOutcome outcome)
    {
        int high = FrameMap.CountHigh(outcome);
        int runs = new PfnView([.. outcome.Frames], outcome.PageSize).CountRuns();
        page.Append($"""
            <section><h2>What the buffer is made of</h2>
            <p>{Words.Count(outcome.Frames.Count, "frame")} of {Words.Bytes(outcome.PageSize.Bytes)} in {Words.Count(runs, "run")}; {Words.Number(high)} of them above 4 GiB. Each run has one shade; hover for its frame numbers.</p>
            <ul class="legend"><li><i class="key run0"></i><i class="key run1"></i><i class="key run2"></i>below 4 GiB</li><li><i class="key run3"></i><i class="key run4"></i><i class="key run5"></i>above 4 GiB</li></ul>
            <div class="scroll">{FrameMap.Draw(outcome)}</div></section>

            """);
    }

    private static void Card(StringBuilder page, DeviceResult device)
    {
        page.Append($"<article class=\"card {device.Device.Name}\"><h3>{Svg.Escape(device.Device.Name)} <small>{device.Device.Requester}</small></h3><p>{Svg.Escape(device.Task)}</p><table>");
        Row("verdict", $"<b class=\"verdict\">{device.Verdict}</b>");
        Row("constraints", string.Join("<br>", Words.Limits(device.Device.Constraints).Select(Svg.Escape)));
        Row("mapped", Words.Windows(device));
        Row("segments", Words.Segments(device));
        Row("physical runs", Words.Number(device.PhysicalRuns));
        Row("bounced", Words.Share(device.BouncedBytes, device.Bytes));
        page.Append("</table></article>\n");

        void Row(string what, string value) => page.Append($"<tr><th>{what}</th><td>{value}</td></tr>");
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
