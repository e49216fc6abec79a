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
        var file = new Argument<string>("file") { Description = "A trace, as a campaign prints it." };
        var backend = new Option<string?>("--backend") { Description = $"Plays a trace of the random campaign on another backend than it was found on: {BackendOption.Description}" };
        backend.Require(name => name is null || TraceText.TryBackend(name, out _), BackendOption.Otherwise);
        Option<string?> mutant = MutantOption.Create([.. BounceFaults.All.Select(one => one.Name), .. RandomFaults.All.Select(one => one.Name)]);
        var command = new Command("replay", "Carries out the steps of a trace, and compares with the oracle or the model.") { file, mutant, backend };
        command.SetAction(parsed => MutantOption.Run(parsed, mutant) ?? Run(parsed.GetValue(file)!, PartsOf(parsed.GetValue(mutant)), parsed.GetValue(backend), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <summary>A complaint quotes the file, which may be anything: it is cut, and nothing in it reaches the terminal but letters.</summary>
    private static string Shown(string message)
    {
        const int Most = 300;
        string start = message.Length > Most ? $"{message[..Most]}..." : message;
        return string.Concat(start.ReplaceLineEndings(" ").Select(letter => char.IsControl(letter) ? '?' : letter));
    }

    private static SpyParts PartsOf(string? fault) => fault is not null && BounceFaults.Named(fault) is { } found ? found : SpyParts.Library;

    private static int Run(string file, SpyParts parts, string? backend, TextWriter output, TextWriter error)
    {
        OrderCase one;
        try
        {
            string text = File.ReadAllText(file);
            if (TraceText.IsIn(text))
            {
                TraceCase trace = TraceText.Parse(text);
                if (TraceText.TryBackend(backend ?? string.Empty, out TraceBackend on)) trace = trace with { Backend = on };
                return trace.Obstacle is { } obstacle ? throw new FormatException(obstacle) : RandomCommand.Replay(trace, output);
            }

            if (backend is not null) throw new FormatException("--backend goes with traces of the random campaign only");
            if (SpyTrace.IsIn(text)) return SpyCommand.Replay(SpyTrace.Parse(text), parts, output);
            one = OrderTrace.Parse(text);
        }
        catch (Exception thrown) when (thrown is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            error.WriteLine($"{file}: {Shown(thrown.Message)}");
            return 2;
        }

        string? wrong = OrdersCampaign.Try(one, OrderParts.Library);
        output.WriteLine(wrong ?? $"{one.Steps.Count} steps, as the oracle says");
        output.WriteLine($"violations={(wrong is null ? 0 : 1)}");
        return wrong is null ? 0 : 1;
    }
}
