using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>All that both libraries offer, in the build that is loaded.</summary>
internal static class PublicSurface
{
    /// <summary>The libraries.</summary>
    internal static IReadOnlyList<Assembly> Libraries { get; } = [typeof(PfnView).Assembly, typeof(IDmaMapper).Assembly];

    /// <summary>Their public types.</summary>
    internal static IReadOnlyList<Type> Types { get; } = [.. Libraries.SelectMany(library => library.GetExportedTypes())];

    /// <summary>Every member that can be called; what an interface declares is called at those that implement it.</summary>
    internal static IReadOnlyList<PublicMember> Members { get; } = [.. Types.Where(type => !type.IsInterface).SelectMany(PublicMember.Of)];

    /// <summary>Members that only a caller with an interface in hand reaches.</summary>
    internal static IEnumerable<string> Hidden
    {
        get
        {
            Type[] interfaces = [.. Types.Where(type => type.IsInterface)];
            return Types.SelectMany(type => PublicMember.HiddenIn(type, interfaces));
        }
    }
}
