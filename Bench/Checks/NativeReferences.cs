using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Bench;

/// <summary>
/// What an assembly could allocate native memory with. No clock or counter of a process tells its own native allocations
/// from the runtime's, but an assembly that names no allocator and imports no function has none of its own.
/// </summary>
internal static class NativeReferences
{
    private static readonly string[] Allocators = ["NativeMemory", "Marshal", "SafeBuffer", "MemoryMappedFile"];

    /// <summary>Members of allocating types that the assembly names, and functions that it imports.</summary>
    internal static int Count(Assembly assembly)
    {
        using PEReader file = new(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        int named = metadata.MemberReferences.Select(metadata.GetMemberReference).Count(member =>
            member.Parent.Kind == HandleKind.TypeReference
            && Allocators.Contains(metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name))
            && metadata.GetString(member.Name).Contains("Alloc", StringComparison.Ordinal));
        return named + metadata.GetTableRowCount(TableIndex.ImplMap);
    }
}
