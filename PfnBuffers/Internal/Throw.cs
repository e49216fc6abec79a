using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

/// <summary>Throw helpers named by cause. They keep message building out of the callers' hot code.</summary>
internal static class Throw
{
    internal static T IfNull<T>([NotNull] T? value, string name) where T : class
    {
        if (value is null) Null(name);
        return value;
    }

    /// <summary>Throws where there is no list, or one of its entries is null. Gives a copy, so that nobody changes what was looked at.</summary>
    internal static T[] IfAnyNull<T>([NotNull] IEnumerable<T>? values, string name) where T : class
    {
        T[] all = [.. IfNull(values, name)];
        int at = Array.IndexOf(all, null);
        if (at >= 0) Argument($"{name}[{at}]", $"{name}[{at}] is null; none of {all.Length} may be.");
        return all;
    }

    [DoesNotReturn]
    internal static void Null(string name) => throw new ArgumentNullException(name);

    [DoesNotReturn]
    internal static void OutOfRange(string name, object value, string limit)
        => throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; {limit}.");

    [DoesNotReturn]
    internal static void Argument(string name, string message) => throw new ArgumentException(message, name);

    [DoesNotReturn]
    internal static void Invalid(string message) => throw new InvalidOperationException(message);

    [DoesNotReturn]
    internal static void Disposed(string what) => throw new ObjectDisposedException(what);

    /// <summary>Throws unless [offset, offset + length) lies inside [0, limit); lengths are compared, so nothing overflows.</summary>
    internal static void IfRangeOutside(long offset, long length, long limit)
    {
        if (offset < 0 || offset > limit) OutOfRange(nameof(offset), offset, $"it must lie in 0 to {limit}");
        if (length < 0 || length > limit - offset) OutOfRange(nameof(length), length, $"from offset {offset} at most {limit - offset} bytes remain");
    }
}
