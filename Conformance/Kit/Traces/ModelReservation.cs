using System.Collections.Generic;
using DmaMapping;

namespace Conformance;

/// <summary>A live reservation as the model knows it.</summary>
internal sealed class ModelReservation(TraceStand stand, IovaReservation name, long length)
{
    internal TraceStand Stand => stand;

    internal IovaReservation Name => name;

    internal long Length => length;

    internal ulong First => name.Address.Value / TraceMemory.Frame;

    internal ulong Count => (ulong)((length + TraceMemory.Frame - 1) / TraceMemory.Frame);

    /// <summary>What is linked, in the order of offsets.</summary>
    internal List<ModelLink> Links { get; } = [];
}
