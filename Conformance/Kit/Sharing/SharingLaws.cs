using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>That sharing depends on who is there, and not on how they came.</summary>
public static class SharingLaws
{
    /// <summary>
    /// Invariant I4: devices that are jointly satisfiable are admitted in every order, and get the same demand, frames and
    /// verdicts. Where they are not, every order refuses somebody, who is told against whom, and nobody could be added.
    /// </summary>
    public static Law<ShareCase> OrderOfAttachingDoesNotMatter(Func<ShareCase, ShareWorld> make) => new("the order of attaching does not matter", ShareCase.Cases, one =>
    {
        var outcomes = new List<(string Order, bool All, string Outcome)>();
        foreach (int[] order in ShareCase.Orders)
        {
            ShareWorld world = make(one);
            var refused = new List<(int Device, Decision Decision)>();
            foreach (int device in order)
            {
                AttachResult result = world.Attach(device);
                if (result.IsAttached != (result.Decision.Verdict == Verdict.Admitted)) return $"{one.NameOf(device)} is {result.Decision} and {(result.IsAttached ? "" : "not ")}attached";
                if (!result.IsAttached) refused.Add((device, result.Decision));
            }

            string name = string.Join(", ", order.Select(one.NameOf));
            if (refused.Count > 0 && Unexplained(one, world, make, refused) is { } broken) return $"in the order {name}: {broken}";
            if (refused.Count == 0 && Served(one, world) is { } unserved) return $"in the order {name}: {unserved}";
            outcomes.Add((name, refused.Count == 0, refused.Count == 0 ? world.Outcome() : string.Empty));
            Close(world);
            if (world.Frames.FreeFrames != world.FreeAtStart) return $"in the order {name}: frames did not come back";
        }

        (string Order, bool All, string Outcome) first = outcomes[0];
        return outcomes.Where(other => (other.All, other.Outcome) != (first.All, first.Outcome))
            .Select(other => $"in the order {first.Order}: {first.Outcome}\n  in the order {other.Order}: {other.Outcome}").FirstOrDefault();
    });

    /// <summary>Invariant I5: what the attached can take together is what one gets by asking them all afresh.</summary>
    /// <param name="current">How the buffer's current constraints are told, after an attach or a detach.</param>
    public static Law<(DmaConstraints Constraints, int Detach)[]> CurrentConstraintsAreThoseOfTheAttached(Func<SharedBuffer, DmaConstraints> current)
        => new("current constraints are those of the attached", AttachScript.Cases, script =>
        {
            var buffer = new SharedBuffer(new SystemMemoryExporter("system memory", EmulatedMachine.WithRam(1 << 20), 4096));
            var attached = new List<Attachment>();
            for (int i = 0; i < script.Length; i++)
            {
                if (script[i].Detach >= 0 && attached.Count > 0)
                {
                    Attachment gone = attached[script[i].Detach % attached.Count];
                    gone.Detach();
                    attached.Remove(gone);
                }
                else if (script[i].Constraints.TakesAnySegment)
                {
                    // Behind an IOMMU, so that contradicting windows refuse nobody.
                    var device = new DmaDevice($"device {i}", new RequesterId((ushort)i), script[i].Constraints);
                    if (buffer.Attach(new PaperMapper(new MapperProfile(device, Addressing.Translated))).Attachment is { } came) attached.Add(came);
                }

                DmaConstraints expected = attached.Aggregate(DmaConstraints.None, (all, one) => DmaConstraints.Meet(all, one.Importer.Profile.Device.Constraints));
                if (current(buffer) != expected) return $"after step {i} they are [{current(buffer)}], of the attached [{expected}]";
                if (buffer.RecalculateConstraints() != expected) return $"after step {i} they are recalculated as [{buffer.RecalculateConstraints()}]";
                if (!buffer.Attachments.SequenceEqual(attached)) return $"after step {i} others are attached";
            }

            buffer.Dispose();
            return current(buffer) == DmaConstraints.None ? null : "a disposed buffer has constraints";
        });

    /// <summary>Everyone who was admitted can be served by the frames that are chosen; unless there are none free at present.</summary>
    private static string? Served(ShareCase one, ShareWorld world)
    {
        var segments = new DmaSegment[1024];

        // The first mapping is always by the same device: which one it is may decide, the order of attaching may not.
        Attachment first = world.Buffer.Attachments.OrderBy(a => a.Name, StringComparer.Ordinal).First();
        SharedMapResult mapped = first.Map(0, one.Length, DmaDirection.ToDevice, segments);
        if (mapped.IsMapped) first.Unmap(mapped.Mapping.Token);
        else if (mapped.Mapping.Status == MapStatus.NoBacking) return null;
        foreach (Attachment attachment in world.Buffer.Attachments)
        {
            if (attachment.Decision.Verdict is Verdict.Refused or Verdict.Admitted) return $"{attachment.Name} was admitted, and on the frames chosen it is: {attachment.Decision}";
            mapped = attachment.Map(0, one.Length, DmaDirection.ToDevice, segments);
            if (!mapped.IsMapped) return $"{attachment.Name} has the verdict {attachment.Decision} and is mapped: {mapped}";
            bool copies = attachment.Decision.Verdict == Verdict.Bounce;
            if (copies != mapped.Mapping.NeedsSync) return $"{attachment.Name} has the verdict {attachment.Decision}, and {mapped.Mapping.BouncedBytes} bytes bounce";
            attachment.Unmap(mapped.Mapping.Token);
        }

        return null;
    }

    /// <summary>A refusal names those without whom the device would have come in; and on its own it is refused only for itself.</summary>
    private static string? Unexplained(ShareCase one, ShareWorld world, Func<ShareCase, ShareWorld> make, List<(int Device, Decision Decision)> refused)
    {
        foreach ((int device, Decision decision) in refused)
        {
            if (decision.Refusal is not { } refusal) return $"{one.NameOf(device)} is refused without a reason";
            if (refusal.Importer != one.NameOf(device) || refusal.Wanted.Length == 0 || refusal.Found.Length == 0 || refusal.Advice.Length == 0) return $"the refusal says too little: {refusal}";
            if (world.Attach(device).IsAttached) return $"{one.NameOf(device)} is refused, and later admitted beside the same devices";
            bool alone = make(one).Attach(device).IsAttached;
            if (alone != refusal.ConflictsWith.Count > 0) return $"{one.NameOf(device)} alone is {(alone ? "admitted" : "refused")}, and conflicts with {refusal.ConflictsWith.Count}";
            if (refusal.ConflictsWith.Any(name => world.Buffer.Attachments.All(a => a.Name != name))) return $"{refusal} names one who is not there";
        }

        return null;
    }

    private static void Close(ShareWorld world)
    {
        foreach (Attachment attachment in world.Buffer.Attachments) attachment.Detach();
        if (world.Buffer.CurrentConstraints != DmaConstraints.None) throw new LawViolatedException("Constraints are left when everyone is gone.");
        world.Buffer.Dispose();
    }
}
