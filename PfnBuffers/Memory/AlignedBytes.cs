using System;
#if NET
using System.Runtime.InteropServices;
#endif

namespace PfnBuffers;

/// <summary>
/// Arrays that hold frames. A frame begins where a page of the host begins, as it would in a kernel: copies between frames
/// are a quarter slower where source or destination straddles cache lines, and their speed would depend on where arrays happen to lie.
/// </summary>
internal static class AlignedBytes
{
    /// <summary>An array of zeroes with room for so many bytes.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="first">Index of the first of them.</param>
    internal static byte[] Allocate(int length, out int first)
    {
#if NET
        const int PageMask = 4095;
        byte[] bytes = GC.AllocateArray<byte>(length + PageMask, pinned: true);
        first = (int)(-(long)Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0) & PageMask);
        return bytes;
#else
        // Nothing keeps an array in its place here but a pin, and unpinned ones move.
        first = 0;
        return new byte[length];
#endif
    }
}
