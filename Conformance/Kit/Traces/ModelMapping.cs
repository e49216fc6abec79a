using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>A live mapping as the model knows it.</summary>
internal sealed class ModelMapping(TraceStand stand, MappingToken token, ModelView view, DmaDirection direction, DmaSegment[] segments)
{
    internal TraceStand Stand => stand;

    internal MappingToken Token => token;

    /// <summary>The bytes that are mapped.</summary>
    internal ModelView View => view;

    internal long Length => view.Length;

    internal DmaDirection Direction => direction;

    internal DmaSegment[] Segments => segments;

    internal bool DeviceWrites => (direction & DmaDirection.FromDevice) != 0;

    internal List<ModelCopy> Copies { get; } = [];

    /// <summary>Where an IOMMU translates it; null where there is none.</summary>
    internal ModelReach? Reach { get; set; }

    /// <summary>The place of the buffer that it is of; -1 for the shared one.</summary>
    internal int Source { get; set; }

    /// <summary>Offset in the shared buffer.</summary>
    internal long SharedAt { get; set; }

    internal Attachment? Attachment { get; set; }

    internal bool IsShared => Attachment is not null;

    internal void Unmap()
    {
        if (Attachment is not null) Attachment.Unmap(token);
        else stand.Mapper.Unmap(token);
    }

    internal void Sync(bool forCpu, long offset, long length)
    {
        if (Attachment is not null && forCpu) Attachment.SyncForCpu(token, offset, length);
        else if (Attachment is not null) Attachment.SyncForDevice(token, offset, length);
        else if (forCpu) stand.Mapper.SyncForCpu(token, offset, length);
        else stand.Mapper.SyncForDevice(token, offset, length);
    }

    public override string ToString() => $"{stand} {direction}, {Length} bytes";
}
