using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace Conformance.Mutants;

/// <summary>
/// Where the kit runs over libraries compiled from source, one of them with a fault in it, beside the true ones in the same
/// process. Only types of the platform and of packages are the same on both sides. It stays loaded until the process ends.
/// </summary>
public sealed class MutantContext : AssemblyLoadContext
{
    private readonly Dictionary<string, byte[]> _compiled = new(StringComparer.Ordinal);

    private MutantContext(string name)
        : base(name)
    {
    }

    /// <summary>The libraries with a fault in one of them.</summary>
    /// <param name="mutant">The fault.</param>
    /// <exception cref="InvalidOperationException">The mutant is out of date, or is no C#.</exception>
    public static MutantContext Of(SourceMutant mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        var context = new MutantContext(mutant.Name);
        context._compiled.Add(mutant.Library, LibraryCompiler.Of(mutant.Library).Compile(mutant));
        return context;
    }

    /// <summary>The libraries as they are, compiled in the same way: what a mutant is compared with.</summary>
    public static MutantContext Control()
    {
        var context = new MutantContext("control");
        foreach (string library in new[] { "PfnBuffers", "DmaMapping" }) context._compiled.Add(library, LibraryCompiler.Of(library).Compile(null));
        return context;
    }

    /// <summary>The same method, running over the libraries of this context.</summary>
    /// <param name="method">A static method whose parameters and result are types of the platform.</param>
    /// <exception cref="ArgumentException">The method is not static, as a lambda is not.</exception>
    public T Over<T>(T method)
        where T : Delegate
    {
        ArgumentNullException.ThrowIfNull(method);
        MethodInfo outside = method.Method;
        if (!outside.IsStatic || outside.DeclaringType is not { FullName: not null } type) throw new ArgumentException($"{outside.Name} is not a static method.", nameof(method));
        Type inside = LoadFromAssemblyName(type.Assembly.GetName()).GetType(type.FullName, throwOnError: true)!;
        return inside.GetMethod(outside.Name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.CreateDelegate<T>();
    }

    /// <summary>Where an assembly of this repository was built to.</summary>
    internal static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name ?? string.Empty;
        if (_compiled.TryGetValue(name, out byte[]? compiled)) return LoadFromStream(new MemoryStream(compiled));
        bool isOurs = name is "PfnBuffers" or "DmaMapping" || name.StartsWith("Conformance.", StringComparison.Ordinal);
        return isOurs ? LoadFromAssemblyPath(PathOf(name)) : null;
    }
}
