using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>The libraries' sources, found upward from where this was built, or else from the current folder.</summary>
public static class SourceTree
{
    private const string Missing = "Faults are planted in the sources: run this inside of the repository.";

    private static readonly string? Found = FindRoot(AppContext.BaseDirectory) ?? FindRoot(Environment.CurrentDirectory);

    /// <summary>What keeps faults from being planted; null where nothing does.</summary>
    public static string? Obstacle => Found is null ? Missing : null;

    private static string Root => Found ?? throw new InvalidOperationException(Missing);

    /// <summary>The files that a library's net10.0 build compiles, from the root, with slashes.</summary>
    internal static IEnumerable<string> FilesOf(string library)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(Path.Combine(Root, library), "*.cs", SearchOption.AllDirectories);

        // Helpers that each library compiles in for itself.
        if (library != "PfnBuffers") files = files.Concat(Directory.EnumerateFiles(Path.Combine(Root, "PfnBuffers", "Internal"), "*.cs"));
        return files.Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.EndsWith(".netstandard.cs", StringComparison.Ordinal))
            .Where(file => !file.StartsWith($"{library}/obj/", StringComparison.Ordinal) && !file.StartsWith($"{library}/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string? FindRoot(string from)
    {
        DirectoryInfo? folder = new(from);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "pfn-dma.sln"))) folder = folder.Parent;
        return folder?.FullName;
    }
}
