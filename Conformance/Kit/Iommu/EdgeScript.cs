using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using FsCheck;
using FsCheck.Fluent;
using PfnBuffers;

namespace Conformance;

/// <summary>Links of an untrusted device over few frames, so that copies meet, and what becomes of their bytes.</summary>
/// <param name="Granules">4 KiB granules that are reserved.</param>
/// <param name="Steps">What happens.</param>
public sealed record EdgeScript(int Granules, EdgeStep[] Steps)
{
    /// <summary>Scripts of up to 24 steps.</summary>
    public static Arbitrary<EdgeScript> Cases { get; } = Arb.From(
        from granules in Gen.Frequency((6, Gen.Choose(4, 40)), (1, Gen.Constant(1200)))
        from count in Gen.Choose(3, 24)
        from steps in Step(granules).ArrayOf(count)
        select new EdgeScript(granules, steps),
        Smaller);

    /// <summary>Edges that the links of the script have at the most.</summary>
    public int MostEdges => 2 * Steps.Length;

    private static Gen<EdgeStep> Step(int granules)
        => from action in Gen.Frequency(
               (7, Gen.Constant(EdgeAction.Link)),
               (2, Gen.Constant(EdgeAction.Unlink)),
               (1, Gen.Constant(EdgeAction.Cut)),
               (3, Gen.Constant(EdgeAction.DeviceWrites)),
               (2, Gen.Elements(EdgeAction.CpuWrites, EdgeAction.SyncForCpu, EdgeAction.SyncForDevice)))
           from home in View(granules >= 600)
           from direction in Gen.Elements(DmaDirection.ToDevice, DmaDirection.FromDevice, DmaDirection.Bidirectional)
           from at in Gen.Frequency((5, Gen.Choose(0, granules)), (1, Gen.Constant(granules >= 600 ? 511 : 0)))
           from which in Gen.Choose(0, 100)
           from several in Gen.Choose(1, 3)
           from part in Gen.Frequency((3, Gen.Choose(0, 1000)), (1, Gen.Constant(0)), (1, Gen.Constant(1000))).Two()
           select new EdgeStep(action, home, direction, at, which, several, part.Item1, part.Item2);

    /// <summary>One to three runs of few frames that scripts share; where there is room, now and then one long enough for a large page.</summary>
    private static Gen<MappedView> View(bool large)
    {
        Gen<MappedRun[]> small = from count in Gen.Choose(1, 3)
                                 from runs in (from start in Gen.Choose(0, 20) from frames in Gen.Choose(1, 3) select new MappedRun(HomeArea.Low, 0, start, frames)).ArrayOf(count)
                                 select runs;
        Gen<MappedRun[]> several = from before in Gen.Choose(0, 1) from frames in Gen.Choose(512, 515) select new[] { new MappedRun(HomeArea.Low, 1, 511 + before, frames) };
        return from pageSize in Gen.Frequency((5, Gen.Constant(PageSize.Size4K)), (1, Gen.Constant(PageSize.Size16K)))
               from runs in large && pageSize == PageSize.Size4K ? Gen.Frequency((4, small), (1, several)) : small
               let bytes = runs.Sum(run => run.Count) * pageSize.Bytes
               from offset in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(0, (int)pageSize.Bytes - 1)), (1, Gen.Elements(1, 2048, 4095)))
               from length in Gen.Frequency((2, Gen.Constant((int)bytes)), (2, Gen.Choose(1, (int)bytes)), (2, Gen.Choose(1, 4096)), (1, Gen.Choose(1, (int)bytes / 4096).Select(frames => (frames * 4096) - (offset % 4096))))
               from summarised in Gen.Elements(false, true)
               select new MappedView(pageSize, runs, offset, Math.Max(1, Math.Min(length, bytes - offset)), summarised);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Granules} granules\n    {string.Join("\n    ", Steps.Select(step => step.ToString()))}";

    private static IEnumerable<EdgeScript> Smaller(EdgeScript one)
    {
        for (int i = 0; i < one.Steps.Length; i++) yield return one with { Steps = [.. one.Steps.Where((_, index) => index != i)] };
    }
}
