using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Conformance.Tests;

/// <summary>The lists that mutation testing goes by (Conformance/Tests.Mutation) leave out no source, name what there is, and let every hostile caller call.</summary>
public class MutationShardTests
{
    private static readonly string Script = Read("Conformance/Tests.Mutation/shard.sh");

    [Theory]
    [InlineData("PfnBuffers")]
    [InlineData("DmaMapping")]
    public void Every_source_of_a_library_is_in_a_shard(string library)
    {
        string[] folders = [.. Regex.Matches(Script, @"folders\+=\(([^)]*)\)").SelectMany(static list => list.Groups[1].Value.Split(' ')).Select(static one => one.Trim('\'').Replace("*.cs", string.Empty))];
        string root = Path.Combine(DocumentTests.Root(), library);
        string[] sources = [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(static file => file.Split('/')[0] is not ("bin" or "obj" or "Internal"))];
        Assert.True(sources.Length > 50);
        Assert.All(sources, source => Assert.Contains(folders, folder => folder.EndsWith('/') ? source.LastIndexOf('/') == folder.Length - 1 && source.StartsWith(folder, StringComparison.Ordinal) : source.StartsWith(folder + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_test_class_of_a_shard_exists()
    {
        string[] named = [.. Regex.Matches(Script, @"\b[A-Z]\w+Tests\b").Select(static match => match.Value).Distinct()];
        HashSet<string> classes = [.. Directory.EnumerateFiles(Path.Combine(DocumentTests.Root(), "Conformance"), "*.cs", SearchOption.AllDirectories).Select(static path => Path.GetFileNameWithoutExtension(path))];
        Assert.True(named.Length > 100);
        Assert.All(named, name => Assert.Contains(name, classes));
    }

    [Fact]
    public void Every_type_that_has_hostile_callers_is_called_in_a_shard()
    {
        string calls = Read("Conformance/Tests.Mutation/QuickCallerTests.cs");
        Assert.All(CallersCampaign.Types, type => Assert.Contains($"\"{type}\"", calls, StringComparison.Ordinal));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(DocumentTests.Root(), file));
}
