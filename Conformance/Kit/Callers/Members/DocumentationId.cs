using System;
using System.Linq;
using System.Reflection;

namespace Conformance;

/// <summary>How a member is named in the XML documentation that the compiler writes.</summary>
internal static class DocumentationId
{
    internal static string Of(MemberInfo member)
    {
        string type = TypeName(member.DeclaringType!);
        if (member is PropertyInfo) return $"P:{type}.{member.Name}";
        var method = (MethodBase)member;
        string name = method is ConstructorInfo ? "#ctor" : method.Name;
        if (method.IsGenericMethod) name += "``" + method.GetGenericArguments().Length;
        ParameterInfo[] parameters = method.GetParameters();
        return parameters.Length == 0 ? $"M:{type}.{name}" : $"M:{type}.{name}({string.Join(",", parameters.Select(one => TypeName(one.ParameterType)))})";
    }

    private static string TypeName(Type type)
    {
        if (type.IsByRef) return TypeName(type.GetElementType()!) + "@";
        if (type.IsArray) return TypeName(type.GetElementType()!) + "[]";
        if (!type.IsGenericType) return (type.FullName ?? type.Name).Replace('+', '.');
        string name = type.GetGenericTypeDefinition().FullName!;
        return $"{name.Substring(0, name.IndexOf('`')).Replace('+', '.')}{{{string.Join(",", type.GetGenericArguments().Select(TypeName))}}}";
    }
}
