using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Versioning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Conformance.Mutants;

/// <summary>
/// Compiles one library from its sources, as its net10.0 build does, with a fault in it or without. What is parsed and bound
/// once is used again, so a mutant costs one file and the code. Thread-safe.
/// </summary>
internal sealed class LibraryCompiler
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);
    private static readonly ConcurrentDictionary<string, Lazy<LibraryCompiler>> All = new(StringComparer.Ordinal);

    private readonly Dictionary<string, SyntaxTree> _files;
    private readonly CSharpCompilation _whole;

    private LibraryCompiler(string library)
    {
        _files = SourceTree.FilesOf(library).ToDictionary(file => file, file => Parse(file, SourceTree.Read(file)), StringComparer.Ordinal);
        string platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == platform);
        if (library == "DmaMapping") references = references.Append(MutantContext.PathOf("PfnBuffers"));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: NullableContextOptions.Enable,
            deterministic: true);
        _whole = CSharpCompilation.Create(library, [.. _files.Values, Parse("identity", IdentityOf(library))], references.Select(path => MetadataReference.CreateFromFile(path)), options);
    }

    internal static LibraryCompiler Of(string library) => All.GetOrAdd(library, name => new Lazy<LibraryCompiler>(() => new LibraryCompiler(name))).Value;

    /// <summary>The library as an assembly.</summary>
    /// <param name="mutant">The fault; null for the library as it is.</param>
    /// <exception cref="InvalidOperationException">The mutant is out of date, or is no C#.</exception>
    internal byte[] Compile(SourceMutant? mutant)
    {
        CSharpCompilation compilation = _whole;
        if (mutant is not null)
        {
            if (!_files.TryGetValue(mutant.File, out SyntaxTree? file)) throw new InvalidOperationException($"Mutant {mutant.Name} is out of date: there is no {mutant.File}.");
            compilation = compilation.ReplaceSyntaxTree(file, Parse(mutant.File, mutant.ApplyTo(file.ToString())));
        }

        using var assembly = new MemoryStream();
        EmitResult result = compilation.Emit(assembly);
        if (result.Success) return assembly.ToArray();
        IEnumerable<Diagnostic> errors = result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error);
        throw new InvalidOperationException($"{mutant?.Name ?? _whole.AssemblyName} does not compile: {string.Join("; ", errors)}");
    }

    /// <summary>Looks whether the library compiles with a fault in it, as far as the fault's own file tells.</summary>
    /// <exception cref="InvalidOperationException">The mutant is out of date, or is no C#.</exception>
    internal void RequireCompiles(SourceMutant mutant)
    {
        if (!_files.TryGetValue(mutant.File, out SyntaxTree? file)) throw new InvalidOperationException($"Mutant {mutant.Name} is out of date: there is no {mutant.File}.");
        SyntaxTree changed = Parse(mutant.File, mutant.ApplyTo(file.ToString()));
        Diagnostic[] errors = [.. _whole.ReplaceSyntaxTree(file, changed).GetSemanticModel(changed).GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0) throw new InvalidOperationException($"{mutant.Name} does not compile: {string.Join("; ", (IEnumerable<Diagnostic>)errors)}");
    }

    private static SyntaxTree Parse(string file, string source) => CSharpSyntaxTree.ParseText(SourceText.From(source), Parsing, file);

    /// <summary>The same name, version and framework as the build's, so that who refers to that takes this.</summary>
    private static string IdentityOf(string library)
        => $"""
        [assembly: {typeof(AssemblyVersionAttribute).FullName}("{AssemblyName.GetAssemblyName(MutantContext.PathOf(library)).Version}")]
        [assembly: {typeof(TargetFrameworkAttribute).FullName}("{AppContext.TargetFrameworkName}")]
        """;
}
