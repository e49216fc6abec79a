using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

public class SharingLawTests
{
    [Fact]
    public void The_order_of_attaching_does_not_matter() => SharingLaws.OrderOfAttachingDoesNotMatter(one => new ShareWorld(one)).Check(500);

    [Fact]
    public void Current_constraints_are_those_of_the_attached() => SharingLaws.CurrentConstraintsAreThoseOfTheAttached(buffer => buffer.CurrentConstraints).Check(1000);

    [Fact]
    public void Constraints_that_never_forget_who_left_are_caught()
    {
        DmaConstraints all = default;
        SharedBuffer? of = null;
        LawAssert.Catches(
            SharingLaws.CurrentConstraintsAreThoseOfTheAttached(buffer =>
            {
                all = ReferenceEquals(of, buffer) ? DmaConstraints.Meet(all, buffer.CurrentConstraints) : buffer.CurrentConstraints;
                of = buffer;
                return all;
            }),
            200);
    }

    [Fact]
    public void An_exporter_whose_capacity_changes_with_every_question_is_caught()
        => LawAssert.Catches(SharingLaws.OrderOfAttachingDoesNotMatter(one => new ShareWorld(one, (memory, frames) => new MoodyExporter(memory, frames, one.Length))), 500);

    [Fact]
    public void Frames_chosen_for_whoever_came_first_are_caught()
        => LawAssert.Catches(SharingLaws.OrderOfAttachingDoesNotMatter(one => new ShareWorld(one, (memory, frames) => new HastyExporter(memory, frames, one.Length))), 500);

    [Fact]
    public void Admissions_refusals_and_every_verdict_are_met()
    {
        Shares shares = Shares.Of(ShareCase.Cases.Generator, 300, Classes);
        foreach (string name in new[] { "all admitted", "one refused", "Direct", "Remap", "Bounce" })
            Assert.True(shares[name] >= 0.03, $"{name} is rare: {shares}");
    }

    private static IEnumerable<string> Classes(ShareCase one)
    {
        var world = new ShareWorld(one);
        yield return Enumerable.Range(0, 3).Count(i => world.Attach(i).IsAttached) == 3 ? "all admitted" : "one refused";
        if (world.Buffer.Attachments.Count == 0) yield break;
        world.Buffer.Attachments[0].Map(0, one.Length, DmaDirection.ToDevice, new DmaSegment[1024]);
        foreach (Attachment attachment in world.Buffer.Attachments) yield return attachment.Decision.Verdict.ToString();
    }

    /// <summary>Says no to every third question.</summary>
    private sealed class MoodyExporter(IPhysicalMemory memory, FrameAllocator frames, long length) : ExporterDecorator(memory, frames, length)
    {
        private int _asked;

        public override bool CanBack(in PlacementDemand demand) => ++_asked % 3 != 0 && base.CanBack(demand);
    }

    /// <summary>Takes its frames at the first question, for the one who is there.</summary>
    private sealed class HastyExporter(IPhysicalMemory memory, FrameAllocator frames, long length) : ExporterDecorator(memory, frames, length)
    {
        private PfnBuffer? _taken;

        public override bool CanBack(in PlacementDemand demand)
        {
            if (_taken is null) base.TryBack(demand, out _taken);
            return base.CanBack(demand);
        }

        public override bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
        {
            backing = _taken;
            return _taken is not null || base.TryBack(demand, out backing);
        }
    }

    private abstract class ExporterDecorator(IPhysicalMemory memory, FrameAllocator frames, long length) : IExporter
    {
        private readonly SystemMemoryExporter _inner = new("broken", memory, frames, length);

        public string Name => _inner.Name;

        public long Length => _inner.Length;

        public MemoryKind Kind => _inner.Kind;

        public IPhysicalMemory Memory => _inner.Memory;

        public virtual bool CanBack(in PlacementDemand demand) => _inner.CanBack(demand);

        public virtual bool TryBack(in PlacementDemand demand, out PfnBuffer? backing) => _inner.TryBack(demand, out backing);

        public void Release(PfnBuffer backing) => _inner.Release(backing);
    }
}
