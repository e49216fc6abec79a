using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Hardware that throws instead of forgetting, once.</summary>
public sealed class FaultyHardware(IIotlbInvalidation inner, Injection throws) : IIotlbInvalidation
{
    /// <inheritdoc/>
    public void Invalidate(int domain, DmaAddress first, long length)
    {
        throws.Throw("hardware");
        inner.Invalidate(domain, first, length);
    }

    /// <inheritdoc/>
    public void Block(int domain)
    {
        throws.Throw("hardware");
        inner.Block(domain);
    }
}
