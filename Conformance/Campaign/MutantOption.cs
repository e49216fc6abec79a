using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using Conformance.Mutants;

namespace Conformance.Campaign;

/// <summary>The option that has a command run over a planted fault: to see what the campaign finds, and how it tells of it.</summary>
internal static class MutantOption
{
    /// <summary>The option.</summary>
    /// <param name="others">Names of faults that are not planted in the sources.</param>
    internal static Option<string?> Create(params string[] others) => Of([.. PlantedFaults.All.Select(one => one.Name).Concat(others)]);

    /// <summary>The option, for faults of these names alone.</summary>
    internal static Option<string?> Of(IReadOnlyCollection<string> all)
    {
        string names = string.Join(", ", all.Distinct());
        var option = new Option<string?>("--mutant") { Description = $"Runs over a fault in the libraries, one of: {names}." };
        option.Require(name => name is null || all.Contains(name), $"--mutant must be one of {names}.");
        option.Require(name => name is null || SourceTree.Obstacle is null, SourceTree.Obstacle ?? string.Empty);
        return option;
    }

    /// <summary>The same command line, over a fault.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option in it.</param>
    /// <param name="unlessSaid">What is added to it.</param>
    /// <returns>The exit code; null where no fault is asked for.</returns>
    internal static int? Run(ParseResult parsed, Option<string?> option, params string[] unlessSaid)
    {
        if (parsed.GetValue(option) is not { } name || (PlantedFaults.Named(name) ?? RandomFaults.Named(name)?.Fault) is not { } fault) return null;
        OptionResult asked = parsed.GetResult(option)!;
        HashSet<Token> gone = [asked.IdentifierToken!, .. asked.Tokens];
        string[] args = [.. parsed.Tokens.Where(token => !gone.Contains(token)).Select(token => token.Value), .. unlessSaid];
        (TextWriter output, TextWriter error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        output.WriteLine($"# with the fault {fault.Name} in {fault.File}; broken: {fault.Breaks}");
        int code = MutantContext.Of(fault).Over<Func<string[], TextWriter, TextWriter, int>>(CampaignCommand.Run)(args, output, error);
        if (code == 0) output.WriteLine($"# the fault was not found{(RandomFaults.Named(name) is { } random ? $"; the random campaign finds it on --backend {random.Backend}" : string.Empty)}");
        return code;
    }
}
