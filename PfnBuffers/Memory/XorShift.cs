namespace PfnBuffers;

/// <summary>A small repeatable generator: the same seed gives the same numbers on every framework. Source: G. Marsaglia, Xorshift RNGs, 2003.</summary>
internal sealed class XorShift
{
    private ulong _state;

    internal XorShift(int seed) => _state = ((ulong)(uint)seed + 1) * 0x9E3779B97F4A7C15;

    /// <summary>64 bits, never 0.</summary>
    internal ulong Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return _state;
    }

    /// <summary>A number from least to greatest, both included.</summary>
    internal long Between(long least, long greatest) => least + (long)(Next() % (ulong)(greatest - least + 1));
}
