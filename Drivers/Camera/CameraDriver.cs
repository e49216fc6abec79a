using System;
using System.Buffers.Binary;
using DmaMapping;
using PfnBuffers;

namespace Drivers;

/// <summary>
/// Drives a <see cref="CameraDevice"/>: maps the whole buffer once, feeds its segments through a descriptor ring of one
/// page in coherent memory, and checks that the camera is through with each. Used by one thread.
/// </summary>
public sealed class CameraDriver : IDisposable
{
    private const int RingEntries = 4096 / Descriptor.Size;

    private readonly CameraDevice _device;
    private readonly CoherentMemory _ring;

    /// <summary>Attaches the camera to a buffer, and allocates its ring.</summary>
    /// <param name="device">The camera.</param>
    /// <param name="mapper">Maps for it.</param>
    /// <param name="buffer">The buffer that it will write.</param>
    /// <param name="memory">The memory that the ring is in.</param>
    /// <param name="frames">Where the ring's frames come from.</param>
    /// <exception cref="InvalidOperationException">The camera is refused, or there is no memory for its ring.</exception>
    public CameraDriver(CameraDevice device, IDmaMapper mapper, SharedBuffer buffer, IPhysicalMemory memory, FrameAllocator frames)
    {
        ArgumentNullException.ThrowIfNull(mapper);
        MapStatus status = CoherentMemory.TryAllocate(mapper, memory, frames, RingEntries * Descriptor.Size, out CoherentMemory? ring);
        _ring = ring ?? throw new InvalidOperationException($"No memory for the descriptor ring of {mapper.Profile.Device}: {status}.");
        _device = device;
        try
        {
            Client = new BufferClient(buffer, mapper, new Importer(mapper.Profile) { Access = MemoryAccess.Write });
        }
        catch
        {
            _ring.Dispose();
            throw;
        }
    }

    /// <summary>The camera's hold on the buffer.</summary>
    public BufferClient Client { get; }

    /// <summary>Lets the camera write what its sensor sees into the buffer, from its first byte to its last.</summary>
    /// <exception cref="DmaMapException">The buffer cannot be mapped.</exception>
    /// <exception cref="DeviceFaultException">The camera stopped.</exception>
    public void Capture()
    {
        Transfer transfer = Client.Map(0, Client.Length, DmaDirection.FromDevice);
        try
        {
            for (int first = 0; first < transfer.Segments.Count; first += RingEntries)
                RunBatch(transfer, first, Math.Min(RingEntries, transfer.Segments.Count - first));
        }
        finally
        {
            Client.Unmap();
        }
    }

    /// <summary>Detaches the camera and frees its ring.</summary>
    public void Dispose()
    {
        Client.Dispose();
        _ring.Dispose();
    }

    private void RunBatch(Transfer transfer, int first, int count)
    {
        Span<byte> entry = stackalloc byte[Descriptor.Size];
        for (int i = 0; i < count; i++)
        {
            Descriptor.Write(entry, transfer.Segments[first + i]);
            _ring.Write(i * Descriptor.Size, entry);
        }

        _device.Start(_ring.Address, count);
        for (int i = 0; i < count; i++)
        {
            _ring.Read((i * Descriptor.Size) + Descriptor.StateOffset, entry[..sizeof(uint)]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != Descriptor.Done) throw Faults.LastOf(_device.Port);
        }
    }
}
