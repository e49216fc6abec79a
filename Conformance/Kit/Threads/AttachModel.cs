using System.Collections.Generic;

namespace Conformance;

/// <summary>One device's standing with one buffer: by which attachment it is attached, if it is, and which of its mappings are live.</summary>
/// <param name="attachment">The attachment's number; 0 for none.</param>
/// <param name="live">Live mappings.</param>
internal sealed class AttachModel(ulong attachment, SortedSet<long> live) : ISequentialModel
{
    internal static AttachModel Empty { get; } = new(0, []);

    public string Key => $"{attachment};{string.Join(",", live)}";

    public ISequentialModel? After(ThreadEvent call) => call.Call switch
    {
        ThreadCall.Attached => attachment == 0 ? new AttachModel(call.From, live) : null,
        ThreadCall.AttachedAlready => attachment != 0 ? this : null,

        // Detaching again does nothing.
        ThreadCall.Detached => attachment != call.From ? this : live.Count == 0 ? new AttachModel(0, live) : null,
        ThreadCall.Held => attachment == call.From && live.Count > 0 ? this : null,
        ThreadCall.Taken => attachment == call.From && !live.Contains(call.Id) ? new AttachModel(attachment, [.. live, call.Id]) : null,
        ThreadCall.Ended => live.Contains(call.Id) ? new AttachModel(attachment, Without(call.Id)) : null,
        ThreadCall.Gone => attachment != call.From ? this : null,
        _ => this,
    };

    private SortedSet<long> Without(long id)
    {
        SortedSet<long> left = [.. live];
        left.Remove(id);
        return left;
    }
}
