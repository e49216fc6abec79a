using PfnBuffers;

namespace DmaMapping;

/// <summary>Where an address leads, and for how many bytes from there on the answer holds.</summary>
internal readonly struct Translation(PhysicalAddress address, long length)
{
    internal PhysicalAddress Address { get; } = address;

    internal long Length { get; } = length;
}
