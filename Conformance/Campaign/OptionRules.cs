using System;
using System.CommandLine;

namespace Conformance.Campaign;

/// <summary>What an option's value must be.</summary>
internal static class OptionRules
{
    /// <summary>Complains where a value does not hold; one that cannot be read at all is complained of already.</summary>
    internal static void Require<T>(this Option<T> option, Func<T, bool> holds, string otherwise)
        => option.Validators.Add(result =>
        {
            T value;
            try
            {
                value = result.GetValueOrDefault<T>()!;
            }
            catch (InvalidOperationException)
            {
                return;
            }

            if (!holds(value)) result.AddError(otherwise);
        });
}
