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
        var root = new RootCommand("Holds the libraries against their laws, for as long as it is told.") { SegmentsCommand.Create(), OrdersCommand.Create(), SpyCommand.Create(), DevicesCommand.Create(), RandomCommand.Create(), CallersCommand.Create(), SoakCommand.Create(), MutantsCommand.Create(), ReplayCommand.Create() };
        ParseResult parsed = root.Parse(args);

        if (parsed.Errors.Count == 0) return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });

        // One line, without the help that would hide it; 1 is for violations.
        error.WriteLine(parsed.Errors[0].Message.ReplaceLineEndings(" "));
        return 2;
    }
}
