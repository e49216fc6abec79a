using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Conformance;

/// <summary>A constructor, method, operator, getter or setter that a library offers to everybody.</summary>
/// <param name="Type">The type that declares it.</param>
/// <param name="Signature">Its name in the type; see <see cref="MemberSignature"/>.</param>
/// <param name="Info">What reflection knows of it.</param>
internal sealed record PublicMember(Type Type, string Signature, MemberInfo Info)
{
    /// <summary>Type and signature: what callers are registered under.</summary>
    internal string Key => KeyOf(Type, Signature);

    /// <summary>Whether reading it is all that can be done with it: a getter, or what every object can be asked.</summary>
    internal bool IsRead => Signature.StartsWith("get ", StringComparison.Ordinal) || Signature is "Equals(object)" or "GetHashCode()" or "ToString()";

    internal static string KeyOf(Type type, string signature) => $"{type.FullName}: {signature}";

    /// <summary>All that the type declares itself. What compilers make in addition, and what only an interface's implementer answers, is not among it.</summary>
    internal static IEnumerable<PublicMember> Of(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.IsEnum || typeof(Delegate).IsAssignableFrom(type)) yield break;
        foreach (ConstructorInfo constructor in type.GetConstructors(Own)) yield return new PublicMember(type, MemberSignature.Of(constructor), constructor);
        foreach (MethodInfo method in type.GetMethods(Own))
        {
            if (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) yield return new PublicMember(type, MemberSignature.Of(method), method);
        }

        foreach (PropertyInfo property in type.GetProperties(Own))
        {
            if (property.GetMethod is { IsPublic: true }) yield return new PublicMember(type, MemberSignature.OfGetter(property), property);
            if (property.SetMethod is { IsPublic: true } && CanBeSet(type)) yield return new PublicMember(type, MemberSignature.OfSetter(property), property);
        }
    }

    /// <summary>Members that implement a public interface without being public themselves: they are reached through the interface alone.</summary>
    internal static IEnumerable<string> HiddenIn(Type type, IReadOnlyCollection<Type> interfaces)
        => type.IsInterface || type.IsAbstract
            ? []
            : type.GetInterfaces().Where(interfaces.Contains)
                .SelectMany(one => type.GetInterfaceMap(one).TargetMethods)
                .Where(target => !target.IsPublic && !IsBridge(type, target))
                .Select(target => KeyOf(type, target.Name));

    /// <summary>What the compiler puts between an interface's in parameter and the public method that implements it.</summary>
    private static bool IsBridge(Type type, MethodInfo target)
        => type.GetMethod(target.Name.Substring(target.Name.LastIndexOf('.') + 1), [.. target.GetParameters().Select(one => one.ParameterType)]) is not null;

    /// <summary>An initialiser can be reached only by those who can make the object.</summary>
    private static bool CanBeSet(Type type) => type.IsValueType || type.GetConstructors().Length > 0;
}
