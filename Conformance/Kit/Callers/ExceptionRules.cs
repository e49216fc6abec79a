using System;
using System.Linq;
using System.Reflection;

namespace Conformance;

/// <summary>What an exception must be like for a caller to learn his mistake from it.</summary>
internal static class ExceptionRules
{
    /// <summary>What is wrong with it; null where nothing is.</summary>
    internal static string? Broken(MemberInfo member, Exception thrown)
    {
        if (!DocumentedExceptions.Allow(member, thrown))
            return $"threw {thrown.GetType().Name}, which its documentation does not tell (it tells {DocumentedExceptions.Told(member)}): {thrown.Message} {First(thrown.StackTrace)}";
        if (string.IsNullOrWhiteSpace(thrown.Message)) return $"threw {thrown.GetType().Name} without a word";
        if (thrown is not ArgumentException argument) return null;
        if (string.IsNullOrEmpty(argument.ParamName)) return $"threw {thrown.GetType().Name} that names no parameter: {thrown.Message}";
        if (!Names(member, argument.ParamName!)) return $"threw {thrown.GetType().Name} about '{argument.ParamName}', which is no parameter of it: {thrown.Message}";
        if (thrown is ArgumentOutOfRangeException { ActualValue: null }) return $"threw {thrown.GetType().Name} that tells no value: {thrown.Message}";
        return null;
    }

    private static string First(string? trace) => trace?.Split('\n').FirstOrDefault()?.Trim() ?? string.Empty;

    /// <summary>
    /// A parameter; an entry of one; what one of its properties is called; or a frame of a view, which has no other name where it turns out to be
    /// beyond 2^64 bytes, or an address that memory has nothing at, as memory itself tells it.
    /// </summary>
    private static bool Names(MemberInfo member, string name)
    {
        int entry = name.IndexOf('[');
        if (entry >= 0) name = name.Substring(0, entry);
        if (name is "pfn" or "address") return true;
        if (member is PropertyInfo property) return name == property.Name || name == "value";
        return ((MethodBase)member).GetParameters().Any(one => one.Name == name || HasProperty(one.ParameterType, name))
            || (member is MethodInfo { IsGenericMethod: true } generic && generic.GetGenericMethodDefinition().GetGenericArguments().Any(one => one.Name == name));
    }

    private static bool HasProperty(Type type, string name)
    {
        Type own = type.IsByRef ? type.GetElementType()! : type;
        return PublicSurface.Libraries.Contains(own.Assembly)
            && own.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Any(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));
    }
}
