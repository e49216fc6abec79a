using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;

namespace Bench;

/// <summary>Options that refuse what they cannot take, in one line that names them.</summary>
internal static class Options
{
    /// <summary>A number above 0.</summary>
    internal static Option<double> Number(string name, string description, double unlessGiven, double most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => unlessGiven,
        CustomParser = argument =>
        {
            string given = argument.Tokens.Count > 0 ? argument.Tokens[^1].Value : string.Empty;
            bool isNumber = double.TryParse(given, CultureInfo.InvariantCulture, out double value);
            if (!isNumber || !(value > 0 && value <= most)) argument.AddError($"{name} is '{given}', not a number above 0 and up to {most}.");
            return value;
        },
    };

    /// <summary>Some of a list of names, with commas between.</summary>
    internal static Option<string[]> Names(string name, string description, IReadOnlyList<string> known) => new(name)
    {
        Description = description,
        HelpName = "names",
        CustomParser = argument =>
        {
            string[] given = [.. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)).Select(one => one.ToUpperInvariant())];
            string? stranger = given.FirstOrDefault(one => !known.Contains(one));
            if (stranger is not null) argument.AddError($"{name} does not know '{stranger}', only {string.Join(", ", known)}.");
            return given;
        },
    };
}
