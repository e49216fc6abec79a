namespace Conformance;

/// <summary>Numbers that look random, and are the same everywhere: SplitMix64.</summary>
internal static class OrderSeed
{
    /// <summary>What follows a number.</summary>
    internal static ulong Next(ulong seed)
    {
        ulong mixed = seed + 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
