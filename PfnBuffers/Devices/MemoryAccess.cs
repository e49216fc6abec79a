using System;

namespace PfnBuffers;

/// <summary>What someone, CPU or device, does to bytes of memory.</summary>
[Flags]
public enum MemoryAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reads them.</summary>
    Read = 1,

    /// <summary>Writes them.</summary>
    Write = 2,

    /// <summary>Reads and writes them.</summary>
    ReadWrite = Read | Write,
}
