using System;

namespace Conformance;

/// <summary>A hostile caller of one member: it makes up arguments, most of them bad, and calls.</summary>
/// <param name="Type">The type that declares the member.</param>
/// <param name="Signature">The member; see <see cref="MemberSignature"/>.</param>
/// <param name="HasState">Whether there is anything that a refused call could change.</param>
/// <param name="Make">Calls once; what comes back is read.</param>
internal sealed record HostileCall(Type Type, string Signature, bool HasState, Func<HostileArguments, object?> Make)
{
    internal string Key => PublicMember.KeyOf(Type, Signature);
}
