using System;
using System.Buffers;
using System.Reflection;

namespace Bench;

/// <summary>What counts allocations finds one: a contestant that allocates and rents, and an assembly that imports functions.</summary>
internal static class AllocationCheck
{
    /// <summary>Throws where one is missed.</summary>
    internal static void Run()
    {
        Wasteful wasteful = new();
        Expect(SteadyState.BytesEach(wasteful) >= Wasteful.Bytes, "managed bytes");
        Expect(SteadyState.BytesEachListened(wasteful, out _, out _) >= Wasteful.Bytes, "managed bytes beside a listener");
        Expect(SteadyState.RentsEach(wasteful) >= 1, "rents");
        Expect(NativeReferences.Count(Assembly.Load("System.Console")) > 0, "imported functions");
    }

    private static void Expect(bool found, string what)
    {
        if (!found) Throw.Invalid($"Self check failed: {what} are not counted.");
    }

    private sealed class Wasteful : IContestant
    {
        internal const int Bytes = 64;

        private byte[] _last = [];

        public string Name => "wasteful";

        public ulong Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                _last = new byte[Bytes];
                ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(Bytes));
            }

            return (ulong)_last.Length;
        }
    }
}
