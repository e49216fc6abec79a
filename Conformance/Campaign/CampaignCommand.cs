using System.CommandLine;
using System.IO;

namespace Conformance.Campaign;

/// <summary>The command line of the campaigns.</summary>
public static class CampaignCommand
{
    /// <summary>Carries out a command.</summary>
    /// <param name="args">The command, and its options.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where complaints go.</param>
    /// <returns>0 where nothing is violated, 1 where something is, 2 where the command or a file cannot be understood.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Holds the libraries against their laws, for as long as it is told.") { SegmentsCommand.Create(), OrdersCommand.Create(), SpyCommand.Create(), DevicesCommand.Create(), RandomCommand.Create(), CallersCommand.Create(), SoakCommand.Create(), ReplayCommand.Create() };
        ParseResult parsed = root.Parse(args);

        // System.CommandLine exits 1 on a parse error; 1 is for violations here.
        int code = parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });
        return parsed.Errors.Count > 0 ? 2 : code;
    }
}
