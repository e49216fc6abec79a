using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using Conformance.Mutants;

namespace Conformance.Campaign;

/// <summary>A trace once more.</summary>
internal static class ReplayCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A trace, as the campaign of orders or the spy prints it." };
        Option<string?> mutant = MutantOption.Create([.. BounceFaults.All.Select(one => one.Name)]);
        var command = new Command("replay", "Carries out the steps of a trace, and compares with the oracle or the model.") { file, mutant };
        command.SetAction(parsed => MutantOption.Run(parsed, mutant) ?? Run(parsed.GetValue(file)!, PartsOf(parsed.GetValue(mutant)), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static SpyParts PartsOf(string? fault) => fault is not null ? BounceFaults.Named(fault)! : SpyParts.Library;

    private static int Run(string file, SpyParts parts, TextWriter output, TextWriter error)
    {
        OrderCase one;
        try
        {
            string text = File.ReadAllText(file);
            if (SpyTrace.IsIn(text)) return SpyCommand.Replay(SpyTrace.Parse(text), parts, output);
            one = OrderTrace.Parse(text);
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
