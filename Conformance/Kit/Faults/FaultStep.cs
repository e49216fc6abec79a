using System;

namespace Conformance;

/// <summary>One call of a scenario.</summary>
/// <param name="Name">The call, for people.</param>
/// <param name="Do">Makes it. Answers why it was refused; null where it was not.</param>
/// <param name="Undo">Ends what it made.</param>
internal sealed record FaultStep(string Name, Func<string?> Do, Action Undo);
