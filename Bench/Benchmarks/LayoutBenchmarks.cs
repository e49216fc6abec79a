using BenchmarkDotNet.Attributes;
using PfnBuffers;

namespace Bench;

/// <summary>What subjects have in common that depend on how many frames there are and how they lie.</summary>
[Config(typeof(SuiteConfig))]
public abstract class LayoutBenchmarks
{
    /// <summary>Frames.</summary>
    [Params(1, 16, 256, 4096, 65536, 262144)]
    public int N { get; set; }

    /// <summary>How they lie.</summary>
    [ParamsAllValues]
    public Layout Layout { get; set; }

    /// <summary>The frames of the case.</summary>
    protected Pfn[] Frames() => Layouts.Build(Layout, N);

    /// <summary>The struct of every page that a layout may have.</summary>
    private protected static MemoryMap Memory() => new(Layouts.MachineFrames);
}
