using System;
using System.CommandLine;
using System.IO;

namespace Conformance.Campaign;

/// <summary>A trace once more.</summary>
internal static class ReplayCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A trace, as the campaign of orders prints it." };
        Option<string?> mutant = MutantOption.Create();
        var command = new Command("replay", "Carries out the steps of a trace, and compares with the oracle.") { file, mutant };
        command.SetAction(parsed => MutantOption.Run(parsed, mutant) ?? Run(parsed.GetValue(file)!, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    internal static int Run(string file, TextWriter output, TextWriter error)
    {
        OrderCase one;
        try
        {
            one = OrderTrace.Parse(File.ReadAllText(file));
        }
        catch (Exception thrown) when (thrown is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            error.WriteLine($"{file}: {thrown.Message.ReplaceLineEndings(" ")}");
            return 2;
        }

        string? wrong = OrdersCampaign.Try(one, OrderParts.Library);
        output.WriteLine(wrong ?? $"{one.Steps.Count} steps, as the oracle says");
        output.WriteLine($"violations={(wrong is null ? 0 : 1)}");
        return wrong is null ? 0 : 1;
    }
}
