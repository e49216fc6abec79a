using PfnBuffers;

namespace DmaMapping;

/// <summary>What a bounce pool is to be: how large, where, whose. Checked by the pool.</summary>
public sealed class BouncePoolOptions
{
    private readonly MemoryProtection _protection;

    /// <summary>Bytes from the start, in one contiguous range; the pool never shrinks below. A multiple of 4096, from 4096 to 2^42.</summary>
    public required long Length { get; init; }

    /// <summary>Most bytes that it grows to; a multiple of 4096, at most 2^42. <see cref="Length"/> unless set, and 0 says the same: it does not grow.</summary>
    public long MostLength { get; init; }

    /// <summary>
    /// Bytes that it grows by, in one contiguous range, when a mapping finds no room; more where the mapping needs more. A multiple of 4096;
    /// as many as <see cref="Length"/> unless set. What has grown is given back when no more than half of what there was before is used.
    /// </summary>
    public long GrowBy { get; init; }

    /// <summary>What the devices that will use it can reach. A growing pool keeps within the reach of all mappers that use it besides.</summary>
    public Placement Placement { get; init; }

    /// <summary>What it is called where it is measured, unique among pools; a number unless set.</summary>
    public string? Name { get; init; }

    /// <summary>The only device that may use it; null for any. What it bounces, no other device's mapper can find or use up.</summary>
    public DmaDevice? Device { get; init; }

    /// <summary>Which memory the source hands out. Only devices for which that is said use the pool.</summary>
    /// <exception cref="System.ArgumentOutOfRangeException">No such protection.</exception>
    public MemoryProtection Protection
    {
        get => _protection;
        init
        {
            if (value is < MemoryProtection.None or > MemoryProtection.Private) Throw.OutOfRange(nameof(Protection), value, "it must be None, Shared or Private");
            _protection = value;
        }
    }
}
