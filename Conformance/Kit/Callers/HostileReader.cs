using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Conformance;

/// <summary>
/// Reads all that can be read of whatever a call gave, and of what that leads to: every getter, Equals, GetHashCode and ToString. One for
/// all types, by reflection: nothing is passed. Getters of spans and views it leaves to their type's caller.
/// </summary>
internal sealed class HostileReader(HashSet<string> called)
{
    private const int Deepest = 4;
    private static readonly ConcurrentDictionary<Type, PublicMember[]> Known = new();

    private readonly HashSet<object> _seen = [];

    /// <summary>Reads an object.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    internal string? Read(object? what)
    {
        _seen.Clear();
        return Read(what, 0);
    }

    /// <summary>Reads what belongs to a type rather than to an object.</summary>
    internal string? ReadStatic(Type type)
    {
        foreach (PublicMember member in ReadsOf(type))
        {
            if (member.Info is PropertyInfo { GetMethod.IsStatic: true } property && Ask(member, null, () => property.GetValue(null), 0) is { } wrong) return wrong;
        }

        return null;
    }

    private static PublicMember[] ReadsOf(Type type) => Known.GetOrAdd(type, one => [.. PublicMember.Of(one).Where(member => member.IsRead)]);

    private static bool IsSpanLike(Type type)
        => type.IsByRef || type.Name is "PfnView" or "FrameRuns" or "ReadOnlySpan`1" or "Span`1";

    private string? Read(object? what, int depth)
    {
        if (what is null || depth > Deepest) return null;
        Type type = what.GetType();
        bool isPublic = type.IsPublic || type.IsNestedPublic;

        // The compiler puts lists of its own making into the libraries.
        if (type.IsArray || !PublicSurface.Libraries.Contains(type.Assembly) || (what is IEnumerable && !isPublic))
        {
            if (what is string or not IEnumerable || what is Array { Length: > 64 }) return null;
            foreach (object? one in ((IEnumerable)what).Cast<object?>().Take(3))
            {
                if (Read(one, depth + 1) is { } wrong) return wrong;
            }

            return null;
        }

        if (!type.IsValueType && !_seen.Add(what)) return null;
        foreach (PublicMember member in ReadsOf(isPublic ? type : type.BaseType!))
        {
            string? wrong = member.Info switch
            {
                PropertyInfo { GetMethod.IsStatic: false } property when !IsSpanLike(property.PropertyType) => Ask(member, what, () => property.GetValue(what), depth),
                MethodInfo { Name: "ToString" } => Ask(member, what, what.ToString, depth),
                MethodInfo { Name: "GetHashCode" } => Ask(member, what, () => what.GetHashCode(), depth),
                MethodInfo { Name: "Equals" } => Ask(member, what, () => what.Equals(what) && !what.Equals(new object()) && !what.Equals(null) ? true : throw new InvalidCastException("An object equals itself, and nothing of another type."), depth),
                _ => null,
            };
            if (wrong is not null) return wrong;
        }

        return null;
    }

    private string? Ask(PublicMember member, object? what, Func<object?> read, int depth)
    {
        called.Add(member.Key);
        object? given;
        try
        {
            given = read();
        }
#pragma warning disable CA1031 // Whatever comes is judged.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            Exception inner = thrown is TargetInvocationException { InnerException: { } cause } ? cause : thrown;
            return DocumentedExceptions.Allow(member.Info, inner) ? null : $"reading {member.Key} threw {inner.GetType().Name}: {inner.Message}";
        }

        return ReferenceEquals(given, what) ? null : Read(given, depth + 1);
    }
}
