using BenchmarkDotNet.Attributes;
using PfnBuffers;

namespace Bench;

/// <summary>Walking what a built buffer is made of, piece by piece.</summary>
public class IterateBenchmarks : LayoutBenchmarks
{
    private SgTable _table = null!;
    private PfnSlice _buffer;

    /// <summary>Builds both.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Pfn[] frames = Frames();
        _table = new SgTable(Memory(), new ScatterlistPool(frames.Length));
        _table.Build(MemoryMap.PagesOf(frames), 0, (ulong)frames.Length << 12);
        var buffer = new PfnBuffer(frames, PageSize.Size4K);
        _buffer = buffer.Slice(0, buffer.Length);
    }

    /// <summary>Entry by entry, over the links between blocks.</summary>
    [Benchmark(Baseline = true)]
    public ulong LinuxShaped()
    {
        ulong sum = 0;
        int entry = _table.First;
        for (int i = 0; i < _table.EntryCount; i++)
        {
            ref readonly ScatterlistEntry s = ref _table.Pool.Entries[entry];
            sum += s.Physical + s.Length;
            entry = _table.Pool.Next(entry);
        }

        return sum;
    }

    /// <summary>Run by run.</summary>
    [Benchmark]
    public ulong PfnArray()
    {
        ulong sum = 0;
        foreach (FrameRun run in _buffer.View.Runs) sum += run.Address.Value + (ulong)run.Length;
        return sum;
    }
}
