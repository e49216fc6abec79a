using System;
using System.Globalization;
using FsCheck;
using Microsoft.FSharp.Core;

namespace Conformance;

/// <summary>
/// Where randomness comes from. Runs are reproducible: the seed is fixed unless the environment variable
/// <c>PFN_DMA_SEED</c> gives another number.
/// </summary>
public static class Seed
{
    /// <summary>The environment variable that gives another seed.</summary>
    public const string Variable = "PFN_DMA_SEED";

    /// <summary>FsCheck's size parameter; the generators of this kit do not depend on it.</summary>
    internal const int Size = 50;

    private const ulong Fixed = 20150127;

    /// <summary>Asked for when it is needed: what an initialiser throws hides behind an exception of the type's.</summary>
    private static readonly Lazy<ulong> Given = new(FromEnvironment);

    /// <summary>The seed of this process.</summary>
    /// <exception cref="FormatException">The environment variable is no number from 0 to 2^64 - 1.</exception>
    public static ulong Value => Given.Value;

    /// <summary>The seed as FsCheck's attributes want it: <c>seed,gamma</c>.</summary>
    public static string Replay
    {
        get
        {
            var random = new Rnd(Value);
            return string.Format(CultureInfo.InvariantCulture, "{0},{1}", random.Seed, random.Gamma);
        }
    }

    internal static Config Config(int cases)
        => FsCheck.Config.QuickThrowOnFailure
            .WithQuietOnSuccess(true)
            .WithMaxTest(cases)
            .WithStartSize(Size)
            .WithEndSize(Size)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(Value), FSharpOption<int>.None)));

    /// <summary>An independent stream for each batch of a run.</summary>
    internal static Rnd Batch(ulong seed, long batch) => new(seed ^ ((ulong)(batch + 1) * 0x9E3779B97F4A7C15));

    private static ulong FromEnvironment()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(text)) return Fixed;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) return seed;
        throw new FormatException($"{Variable} is '{text}'; it must be a number from 0 to {ulong.MaxValue}.");
    }
}
