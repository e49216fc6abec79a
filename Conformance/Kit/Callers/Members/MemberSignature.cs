using System;
using System.Linq;
using System.Reflection;

namespace Conformance;

/// <summary>How a public member is named where it is registered: as in C#, with types by their short names.</summary>
internal static class MemberSignature
{
    /// <summary>A constructor or method as <c>Slice(long, long)</c>.</summary>
    internal static string Of(MethodBase method)
    {
        string name = method is ConstructorInfo ? NameOf(method.DeclaringType!) : method.Name;
        string generic = method is MethodInfo { IsGenericMethodDefinition: true } open ? $"<{string.Join(", ", open.GetGenericArguments().Select(one => one.Name))}>" : string.Empty;
        return $"{name}{generic}({string.Join(", ", method.GetParameters().Select(ParameterOf))})";
    }

    /// <summary>What is read of a property, as <c>get Length</c>.</summary>
    internal static string OfGetter(PropertyInfo property) => $"get {property.Name}";

    /// <summary>What is written to one, as <c>set Policy</c>; initialisers too.</summary>
    internal static string OfSetter(PropertyInfo property) => $"set {property.Name}";

    private static string ParameterOf(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (!type.IsByRef) return NameOf(type);
        string how = parameter.IsOut ? "out" : parameter.IsIn ? "in" : "ref";
        return $"{how} {NameOf(type.GetElementType()!)}";
    }

    private static string NameOf(Type type)
    {
        if (type.IsArray) return NameOf(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return NameOf(inner) + "?";
        if (!type.IsGenericType) return Keyword(type) ?? type.Name;
        string name = type.Name;
        int at = name.IndexOf('`');
        return $"{(at < 0 ? name : name.Substring(0, at))}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }

    private static string? Keyword(Type type)
        => type == typeof(int) ? "int"
        : type == typeof(uint) ? "uint"
        : type == typeof(long) ? "long"
        : type == typeof(ulong) ? "ulong"
        : type == typeof(ushort) ? "ushort"
        : type == typeof(byte) ? "byte"
        : type == typeof(bool) ? "bool"
        : type == typeof(string) ? "string"
        : type == typeof(object) ? "object"
        : null;
}
