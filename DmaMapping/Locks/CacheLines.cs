using System.Runtime.InteropServices;

namespace DmaMapping;

/// <summary>Two cache lines of nothing, to keep apart what two cores write.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal readonly struct CacheLines;
