using System;

namespace Conformance;

/// <summary>Policies and flavours as people and traces write them.</summary>
public static class OrderNames
{
    private static readonly string[] Policies = ["move-first", "bounce-first", "no-move"];

    private static readonly string[] Flavours = ["plain", "no-copies", "open-to-cpu", "odd-length", "bar", "protected", "silent", "silent-no-copies", "unconfined"];

    /// <summary>The name of a policy.</summary>
    public static string Of(OrderPolicy policy) => Policies[(int)policy];

    /// <summary>The name of a flavour.</summary>
    public static string Of(OrderFlavour flavour) => Flavours[(int)flavour];

    /// <summary>The policy of a name.</summary>
    public static bool TryPolicy(string name, out OrderPolicy policy)
    {
        int i = Array.IndexOf(Policies, name);
        policy = (OrderPolicy)Math.Max(i, 0);
        return i >= 0;
    }

    /// <summary>The flavour of a name.</summary>
    public static bool TryFlavour(string name, out OrderFlavour flavour)
    {
        int i = Array.IndexOf(Flavours, name);
        flavour = (OrderFlavour)Math.Max(i, 0);
        return i >= 0;
    }
}
