using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace Conformance;

/// <summary>What a member's documentation says that it throws, from the file that the compiler writes beside the library. Inherited documentation counts.</summary>
internal static class DocumentedExceptions
{
    private static readonly ConcurrentDictionary<MemberInfo, string[]> Known = new();

    private static readonly Lazy<Dictionary<string, XElement>> Documents = new(() => PublicSurface.Libraries
        .SelectMany(library => XDocument.Load(Path.ChangeExtension(library.Location, ".xml")).Descendants("member"))
        .GroupBy(one => (string)one.Attribute("name")!)
        .ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal));

    /// <summary>Whether a member may throw an exception: one that is documented, or a descendant.</summary>
    internal static bool Allow(MemberInfo member, Exception thrown)
    {
        string[] allowed = Known.GetOrAdd(member, one => [.. Of(one)]);
        for (Type? type = thrown.GetType(); type is not null; type = type.BaseType)
        {
            if (Array.IndexOf(allowed, type.FullName) >= 0) return true;
        }

        return false;
    }

    /// <summary>What a member may throw, for people.</summary>
    internal static string Told(MemberInfo member) => string.Join(", ", Of(member).Distinct().Select(name => name.Substring(name.LastIndexOf('.') + 1)));

    private static IEnumerable<string> Of(MemberInfo member)
    {
        if (!Documents.Value.TryGetValue(DocumentationId.Of(member), out XElement? document)) return [];
        IEnumerable<string> own = Crefs(document);
        foreach (XElement inherited in document.Elements("inheritdoc"))
        {
            if ((string?)inherited.Attribute("cref") is { } from) own = own.Concat(Documents.Value.TryGetValue(from, out XElement? other) ? Crefs(other) : []);
            else own = own.Concat(Implemented(member).SelectMany(Of));
        }

        return own;
    }

    private static IEnumerable<string> Crefs(XElement document)
        => document.Elements("exception").Select(one => ((string)one.Attribute("cref")!).Substring(2));

    /// <summary>What a member takes its documentation from where it names nothing: the interfaces' members that it implements.</summary>
    private static IEnumerable<MemberInfo> Implemented(MemberInfo member)
    {
        Type type = member.DeclaringType!;
        MethodInfo? method = member as MethodInfo ?? (member as PropertyInfo)?.GetMethod;
        if (method is null || type.IsInterface) yield break;
        foreach (Type one in type.GetInterfaces())
        {
            // By name and parameters: an in parameter makes the compiler put a bridge between the two, so that their map does not tell.
            MethodInfo? declared = one.GetMethod(method.Name, [.. method.GetParameters().Select(parameter => parameter.ParameterType)]);
            if (declared is not null) yield return member is PropertyInfo ? one.GetProperty(member.Name)! : declared;
        }
    }
}
