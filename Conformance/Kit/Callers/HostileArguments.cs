using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance;

/// <summary>Arguments that nobody in his right mind would give, and good ones now and then, so that more than the first check is reached. Equal seeds give equal ones.</summary>
internal sealed partial class HostileArguments(ulong seed, CallerWorld world)
{
    private static readonly long[] Numbers =
    [
        0, 1, 2, 3, 7, 8, 100, 511, 512, 4095, 4096, 4097, 8192, 16384, 65536, (1L << 21) - 1, 1L << 21, 1L << 30, (1L << 31) - 1, 1L << 31, 1L << 32,
        (1L << 43) - 4096, 1L << 43, 1L << 48, 1L << 52, long.MaxValue - 4096, long.MaxValue - 1, long.MaxValue,
    ];

    private SpyRandom _random = new(seed);

    internal CallerWorld World { get; } = world;

    /// <summary>That the call was refused by a status, so that nothing may have changed.</summary>
    internal bool WasRefused { get; private set; }

    /// <summary>What the caller himself found wrong.</summary>
    internal string? Wrong { get; private set; }

    /// <summary>What callbacks were given, to be read when the call is over.</summary>
    internal List<object> Seen { get; } = [];

    internal void Refused() => WasRefused = true;

    /// <summary>Says that something came out that must not.</summary>
    internal void Require(bool holds, string otherwise)
    {
        if (!holds) Wrong ??= otherwise;
    }

    internal int Below(int count) => _random.Below(count);

    internal bool OneIn(int count) => _random.OneIn(count);

    internal bool Flag() => OneIn(2);

    internal long Long() => Below(8) switch
    {
        0 => -Numbers[Below(Numbers.Length)],
        1 => long.MinValue + Below(3),
        2 => (long)_random.Next(),
        3 => Below(20_000),
        4 => 4096L * Below(32),
        _ => Numbers[Below(Numbers.Length)],
    };

    internal ulong ULong() => Below(4) switch
    {
        0 => _random.Next(),
        1 => ulong.MaxValue - (ulong)Below(3),
        2 => 1ul << Below(64),
        _ => (ulong)Numbers[Below(Numbers.Length)],
    };

    internal int Int() => Below(6) switch
    {
        0 => int.MinValue + Below(2),
        1 => int.MaxValue - Below(2),
        2 => -1 - Below(3),
        3 => (int)_random.Next(),
        _ => Below(70),
    };

    /// <summary>A length that a good caller might give too, and nothing that would take all memory.</summary>
    internal long Modest() => Flag() ? 4096L * Below(64) : Below(3) switch { 0 => -Below(5000), 1 => Below(5000), _ => long.MinValue + Below(2) };

    /// <summary>An offset or length within so many bytes, or a little or far beyond.</summary>
    internal long Within(long length) => OneIn(3) ? Long() : length <= 0 ? Below(2) : Below((int)Math.Min(length + 3, int.MaxValue)) - 1;

    internal byte[] Bytes() => new byte[Below(4) switch { 0 => 0, 1 => Below(16), 2 => Below(5000), _ => 4096 }];

    internal string Text() => Below(5) switch { 0 => string.Empty, 1 => " ", 2 => "\0\n", 3 => new string('x', 300), _ => "nic" };

    /// <summary>Nothing, or a value.</summary>
    internal T Maybe<T>(T value)
        where T : class?
        => OneIn(8) ? null! : value;

    internal T One<T>(params T[] values) => values[Below(values.Length)];

    /// <summary>Whether a value was given that its enum does not have, and that no call may take.</summary>
    internal bool GaveUndefined { get; private set; }

    /// <summary>A value of an enum, or one that it does not have: whoever is given that throws.</summary>
    internal T Of<T>()
        where T : struct, Enum
    {
        T value = Any<T>();
        GaveUndefined |= !Enum.IsDefined(typeof(T), value) && !(typeof(T) == typeof(DmaMapping.BounceMode) && (int)(object)value == 3);
        return value;
    }

    /// <summary>The same, for a call that only carries it, or that may pass over bits that it does not know.</summary>
    internal T Any<T>()
        where T : struct, Enum
    {
        if (OneIn(4)) return (T)Enum.ToObject(typeof(T), One(-1, 4, 16, 77, int.MaxValue, int.MinValue));
        T[] values = (T[])Enum.GetValues(typeof(T));
        return values[Below(values.Length)];
    }

    /// <summary>A list with nothing in it, or with nothing at a place, or good.</summary>
    internal IReadOnlyList<T> List<T>(Func<T> make)
        where T : class?
        => [.. Enumerable.Range(0, Below(4)).Select(_ => OneIn(6) ? null! : make())];
}
