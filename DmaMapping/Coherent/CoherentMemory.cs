using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Memory that CPU and device both see at all times, for rings and queues: contiguous for the device, mapped for life in
/// both directions, never bounced, no syncs. It owns its frames; disposing unmaps and frees them.
/// Reading and writing are as thread-safe as the memory; ordering between CPU and device is the callers'.
/// </summary>
public sealed class CoherentMemory : IDisposable
{
    private readonly IDmaMapper _mapper;
    private readonly IPhysicalMemory _memory;
    private readonly FrameAllocator _source;
    private readonly PfnBuffer _buffer;
    private readonly MappingToken _token;
    private bool _disposed;

    private CoherentMemory(IDmaMapper mapper, IPhysicalMemory memory, FrameAllocator source, PfnBuffer buffer, MapResult mapping, DmaAddress address)
    {
        _mapper = mapper;
        _memory = memory;
        _source = source;
        _buffer = buffer;
        _token = mapping.Token;
        Address = address;
    }

    /// <summary>Where the device sees the first byte.</summary>
    public DmaAddress Address { get; }

    /// <summary>Bytes of it.</summary>
    public long Length => _buffer.Length;

    /// <summary>Allocates memory for a device.</summary>
    /// <param name="mapper">Maps for the device. Where it bounces what is out of reach, this memory is placed within reach.</param>
    /// <param name="memory">The memory that the frames are in.</param>
    /// <param name="source">Where the frames come from.</param>
    /// <param name="length">Bytes, at least 1; rounded up to whole frames, which are zeroed.</param>
    /// <param name="coherent">The memory; null where the answer is another than <see cref="MapStatus.Mapped"/>.</param>
    /// <returns><see cref="MapStatus.Mapped"/>; <see cref="MapStatus.NoBacking"/> where no frames are free that the device
    /// reaches; or why they could not be mapped as one segment. Nothing is held then.</returns>
    /// <exception cref="ArgumentNullException">No mapper, memory or source.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length below 1 or above 2^31 - 1 frames.</exception>
    public static MapStatus TryAllocate(IDmaMapper mapper, IPhysicalMemory memory, FrameAllocator source, long length, out CoherentMemory? coherent)
    {
        Throw.IfNull(mapper, nameof(mapper));
        Throw.IfNull(memory, nameof(memory));
        Throw.IfNull(source, nameof(source));
        PageSize size = PageSize.Size4K;
        if (length < 1 || size.FramesFor(length) > int.MaxValue) Throw.OutOfRange(nameof(length), length, "it must lie in 1 to 2^43 - 4096");

        coherent = null;
        int count = (int)size.FramesFor(length);
        if (!source.TryAllocate(count, PlacementFor(mapper.Profile, (long)count << size.Shift), out Pfn first)) return MapStatus.NoBacking;

        try
        {
            var frames = new Pfn[count];
            for (int i = 0; i < count; i++) frames[i] = first + i;
            var buffer = new PfnBuffer(frames, size);
            memory.Clear(first.ToAddress(size), buffer.Length);

            Span<DmaSegment> segment = stackalloc DmaSegment[1];
            MapResult mapping = mapper.Map(buffer.View, DmaDirection.Bidirectional, segment, MapOptions.ZeroCopy);
            if (!mapping.IsMapped) return mapping.Status == MapStatus.SpanTooShort ? MapStatus.TooManySegments : mapping.Status;
            coherent = new CoherentMemory(mapper, memory, source, buffer, mapping, segment[0].Address);
            return MapStatus.Mapped;
        }
        finally
        {
            if (coherent is null) source.Free(first, count);
        }
    }

    /// <summary>Copies bytes out.</summary>
    /// <param name="offset">Offset of the first byte.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Bytes outside the memory.</exception>
    /// <exception cref="ObjectDisposedException">The memory is disposed.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        ThrowIfDisposed();
        _memory.Read(_buffer.View, offset, destination);
    }

    /// <summary>Copies bytes in.</summary>
    /// <param name="offset">Offset of the first byte.</param>
    /// <param name="source">The bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Bytes outside the memory.</exception>
    /// <exception cref="ObjectDisposedException">The memory is disposed.</exception>
    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        ThrowIfDisposed();
        _memory.Write(_buffer.View, offset, source);
    }

    /// <summary>Unmaps the memory and frees its frames. Further calls do nothing.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _mapper.Unmap(_token);
        _source.Free(_buffer.View.Frames[0], _buffer.FrameCount);
        _buffer.Dispose();
    }

    /// <summary>Frames that the device reaches as one segment, where its addresses are those of the frames.</summary>
    private static Placement PlacementFor(MapperProfile profile, long length)
    {
        if (profile.Addressing == Addressing.Translated) return new Placement { Last = profile.LastPhysical };
        var asked = new MapperProfile(profile) { BounceCapacity = 0, BouncesEverything = false, BouncesPartialFrames = false };
        PlacementDemand demand = PlacementDemand.Of(new Importer(asked), length);
        if (demand.IsBottom) return new Placement { Last = default };
        DmaConstraints constraints = profile.Device.Constraints;
        bool inside = (ulong)length - 1 <= constraints.SegmentBoundaryMask;
        return demand.Placement with { BoundaryMask = inside ? constraints.SegmentBoundaryMask : 0 };
    }

    private void ThrowIfDisposed()
    {
        if (_disposed) Throw.Disposed(nameof(CoherentMemory));
    }
}
