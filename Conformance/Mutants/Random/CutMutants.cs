using System.Collections.Generic;

namespace Conformance.Mutants;

/// <summary>Faults in finding runs of frames, and in cutting them into segments.</summary>
internal static class CutMutants
{
    internal static IEnumerable<SourceMutant> All { get; } =
    [
        In("boundary-off-by-one", "Constraints/Segmenter",
            "ulong room = _boundary - (address & _boundary);",
            "ulong room = _boundary + 1 - (address & _boundary);",
            "a segment does not cross a boundary"),
        In("one-byte-too-long", "Constraints/Segmenter",
            "? long.MaxValue : constraints.MaxSegmentSize;",
            "? long.MaxValue : constraints.MaxSegmentSize + 1;",
            "a segment is no longer than the device takes"),
        In("window's-end-overlooked", "Constraints/Segmenter",
            "bool leavesWindow = (ulong)_pending - 1 > roomInWindow;",
            "bool leavesWindow = (ulong)_pending - 1 > roomInWindow + 1 && roomInWindow < ulong.MaxValue - 1;",
            "a segment stays in the window"),
        In("alignment-of-short-ones-overlooked", "Constraints/Segmenter",
            "if ((_start & (_constraints.Alignment - 1)) != 0)",
            "if ((_start & (_constraints.Alignment - 1)) != 0 && _pending > 4096)",
            "a segment starts where the device can start"),
        In("last-one-not-granular", "Constraints/Segmenter",
            "long cut = last ? Granular(left) :",
            "long cut = last ? left :",
            "a segment is a multiple of the granularity"),
        In("prefix-of-one-segment-less", "Constraints/Segmenter",
            "Count == _capacity - 1 ||",
            "Count == _capacity ||",
            "a prefix is the longest that fits"),
        In("joined-across-a-gap", "Constraints/Segmenter",
            "_start + (ulong)_pending == address.Value && address.Value != 0",
            "_start + (ulong)_pending <= address.Value && address.Value - _start - (ulong)_pending <= 4096 && address.Value != 0",
            "what does not adjoin is not one segment"),
        In("long-run-swallows-a-gap", "Views/RunScanner.net",
            "if (equal != 0xF) return",
            "if (equal == 0) return",
            "a run ends where frames do not follow each other"),
        In("tail-counted-as-mapped", "Views/FrameRuns",
            "if (_first + _count == _frames.Length) length -= _tailSlack;",
            "if (_first + _count == _frames.Length && _tailSlack > 1) length -= _tailSlack;",
            "the last frame ends where the view does"),
        In("kept-runs-of-a-slice-from-the-start", "Views/FrameRuns",
            "(ulong)(first + _firstInBuffer - _starts[run]);",
            "(ulong)(first > 0 ? first + _firstInBuffer - _starts[run] : 0);",
            "a slice of a buffer has the slice's frames"),
        In("bus-offset-wraps", "Devices/MapperProfile",
            "return !wraps && ",
            "return (!wraps || length > 0) && ",
            "what the bus offset carries past the end is out of reach"),
    ];

    private static SourceMutant In(string name, string file, string find, string replacement, string breaks)
        => new(name, $"PfnBuffers/{file}.cs", find, replacement, breaks);
}
