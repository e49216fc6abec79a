using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using Conformance.Mutants;

namespace Conformance.Campaign;

/// <summary>Plants every fault in turn, and tells after how many cases it is found.</summary>
internal static class MutantsCommand
{
    internal static Command Create()
    {
        string names = string.Join(", ", FaultSearches.Families);
        var family = new Option<string?>("--family") { Description = $"Only the faults of one family: {names}." };
        family.Require(name => name is null || FaultSearches.Families.Contains(name), $"--family must be one of {names}.");
        var command = new Command("mutants", $"Plants each of {FaultSearches.All.Count} faults in turn, lets the laws search for it in {FaultSearch.MostCases} cases at most, and tells after how many it is found.") { family };
        command.Validators.Add(result =>
        {
            if (SourceTree.Obstacle is { } obstacle) result.AddError(obstacle);
        });
        command.SetAction(parsed => Write(parsed.GetValue(family), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>Writes a table for each family.</summary>
    /// <returns>0 where all are found, 1 where one is not.</returns>
    internal static int Write(string? family, TextWriter output)
    {
        FaultSearch[] searches = [.. FaultSearches.All.Where(one => family is null || one.Family == family)];
        int missed = ProgressBar.Behind("faults", progress =>
        {
            int done = 0, lost = 0;
            string? before = null;
            foreach (FaultSearch search in searches)
            {
                if (search.Family != before) output.WriteLine($"{(before is null ? string.Empty : "\n")}| {search.Family} | cases | what is broken |\n| --- | ---: | --- |");
                before = search.Family;
                (long cases, string? what) = search.Find();
                bool isFound = what is not null && cases <= FaultSearch.MostCases;
                if (!isFound) lost++;
                output.WriteLine($"| {search.Name} | {(isFound ? cases.ToString("N0", CultureInfo.InvariantCulture) : "not found")} | {search.Breaks} |");
                progress?.Invoke(++done, searches.Length);
            }

            return lost;
        });
        output.WriteLine($"\nfaults={searches.Length} missed={missed}");
        return missed == 0 ? 0 : 1;
    }
}
