namespace PfnBuffers;

/// <summary>Which way the bytes of a mapping go. The default value is no direction, and no mapping accepts it.</summary>
public enum DmaDirection
{
    /// <summary>Not said; refused with an exception wherever a direction is wanted.</summary>
    None = 0,

    /// <summary>The device reads memory, and may not write it.</summary>
    ToDevice = MemoryAccess.Read,

    /// <summary>The device writes memory. What it leaves unwritten stays as it was.</summary>
    FromDevice = MemoryAccess.Write,

    /// <summary>The device reads and writes memory.</summary>
    Bidirectional = MemoryAccess.ReadWrite,
}
