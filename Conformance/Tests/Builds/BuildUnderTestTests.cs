using System.Reflection;
using System.Runtime.Versioning;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>That this project tests the build it is there for: a wrong reference would silently test net10.0 twice.</summary>
public class BuildUnderTestTests
{
#if NETSTANDARD_BUILD
    private const string Expected = ".NETStandard,Version=v2.0";
#else
    private const string Expected = ".NETCoreApp,Version=v10.0";
#endif

    [Fact]
    public void PfnBuffers_is_loaded_in_the_build_under_test() => Assert.Equal(Expected, FrameworkOf(typeof(PfnView).Assembly));

    [Fact]
    public void DmaMapping_is_loaded_in_the_build_under_test() => Assert.Equal(Expected, FrameworkOf(Assembly.Load("DmaMapping")));

    private static string? FrameworkOf(Assembly assembly) => assembly.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName;
}
