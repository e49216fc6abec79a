using System;
using System.Collections.Generic;

namespace Conformance;

/// <summary>
/// The hostile callers of one type, each under the signature of the member that it calls. Calls are written out, for reflection passes no
/// spans; what is only read (getters of what comes back, Equals, GetHashCode, ToString) <see cref="HostileReader"/> reads for all types.
/// </summary>
internal abstract class HostileCaller(Type type, bool hasState = false)
{
    private readonly List<HostileCall> _calls = [];

    /// <summary>The type that is called.</summary>
    internal Type Type { get; } = type;

    /// <summary>The calls, one a member.</summary>
    internal IReadOnlyList<HostileCall> Calls => _calls;

    /// <summary>Registers a call whose result is read.</summary>
    protected void Add(string signature, Func<HostileArguments, object?> call) => _calls.Add(new HostileCall(Type, signature, hasState, call));

    /// <summary>Registers a call that gives nothing back, or nothing that can be boxed.</summary>
    protected void Do(string signature, Action<HostileArguments> call)
        => Add(signature, arguments =>
        {
            call(arguments);
            return null;
        });
}
