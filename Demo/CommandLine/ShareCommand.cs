using System.IO;

namespace Demo;

/// <summary>The main job: a picture through the devices, its report, and whether its pixels survived.</summary>
internal static class ShareCommand
{
    internal static int Run(ShareRequest request, TextWriter output)
    {
        Picture input = request.Image is { } file ? PictureFile.Read(file) : BundledPicture.Render();
        string name = request.Image is { } given ? Path.GetFileName(given) : "The bundled picture";

        // Whether results can be written at all is found out before the work is done.
        using var folder = new OutputFolder(request.OutFolder);
        ShareOutcome outcome = SharePipeline.Run(input, request.Backing, request.Fault);

        folder.Stage("display.png", stream => PictureFile.Write(outcome.Shown, stream));
        bool identical = outcome.PixelsIdentical && PictureFile.Read(folder.StagedPath("display.png")).SamePixelsAs(input);
        folder.Stage("report.html", stream => HtmlReport.Write(stream, name, input, outcome, identical));
        folder.Publish();

        ConsoleReport.Write(output, name, input, outcome);
        output.WriteLine($"written: {folder.PathOf("display.png")}, {folder.PathOf("report.html")}");
        output.WriteLine($"pixels identical: {(identical ? "yes" : "no")}");
        return identical ? DemoCommand.Identical : DemoCommand.Different;
    }
}
