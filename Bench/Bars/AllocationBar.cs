using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>P4: what a map and unmap costs in memory once warm, for each backend, also while somebody listens to every meter.</summary>
internal sealed class AllocationBar : IBar
{
    private const int Frames = 256;

    private static readonly string[] Backends = ["direct", "iommu", "bounce"];

    /// <inheritdoc/>
    public string Id => "P4";

    /// <inheritdoc/>
    public string Title => "steady state, per map + unmap: managed bytes, also with a MeterListener, rents of array pools, native allocators";

    /// <inheritdoc/>
    public int RowCount => (3 * Backends.Length) + 1;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure()
    {
        MapLoop[] loops = [.. Backends.Select(Loop)];
        AllocationCheck.Run();
        Interleaved.WarmUp(loops);
        foreach (MapLoop loop in loops)
        {
            yield return Row(loop.Name, SteadyState.BytesEach(loop), "bytes");
            double listened = SteadyState.BytesEachListened(loop, out int instruments, out int ours);
            if (ours == 0) Throw.Invalid("Self check failed: the listener hears nothing of the library.");
            yield return Row($"{loop.Name}, listened", listened, "bytes", $"{instruments} instruments, {ours} ours");
            yield return Row($"{loop.Name}, rents", SteadyState.RentsEach(loop), "rents", "ArrayPool's own events");
        }

        int references = NativeReferences.Count(typeof(IDmaMapper).Assembly) + NativeReferences.Count(typeof(PfnBuffer).Assembly);
        yield return new BarRow
        {
            Id = Id,
            Case = "native",
            Ours = references,
            Unit = "references",
            Bar = "0",
            Value = $"{references}",
            Note = "named or imported by the assemblies",
            Ok = references == 0,
        };
    }

    private static MapLoop Loop(string backend)
    {
        Pfn[] frames = Layouts.Build(backend == "bounce" ? Layout.Contiguous : Layout.Scattered, Frames);
        IDmaMapper mapper = backend switch
        {
            "direct" => new DirectMapper(new DmaDevice("bench", new RequesterId(0, 1, 0))),
            "iommu" => new WarmIotlb().Mapper,
            _ => new BounceMachine().Mapper,
        };
        return new MapLoop(backend, mapper, new PfnBuffer(frames, PageSize.Size4K));
    }

    private BarRow Row(string name, double each, string unit, string note = "") => new()
    {
        Id = Id,
        Case = name,
        Layout = name.StartsWith("bounce", System.StringComparison.Ordinal) ? Layout.Contiguous : Layout.Scattered,
        Pages = Frames,
        Ours = each,
        Unit = unit,
        Bar = "0",
        Value = Numbers.Show(each),
        Note = note,
        Ok = each == 0,
    };
}
