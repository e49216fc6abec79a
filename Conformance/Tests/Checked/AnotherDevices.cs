using DmaMapping;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A mapper that keeps the rules of another device than the one that it says it maps for.</summary>
internal sealed class AnotherDevices(DmaDevice device, IDmaMapper inner) : MapperWrapper(inner), IDmaMapper
{
    MapperProfile IDmaMapper.Profile { get; } = new(device, Addressing.Direct);
}
