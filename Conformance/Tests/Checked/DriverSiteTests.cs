using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using DmaMapping;
using Xunit;

namespace Conformance.Tests;

/// <summary>Methods are named as people wrote them.</summary>
public class DriverSiteTests
{
    private readonly MisuseScene _scene = new();

    [Fact]
    public void A_site_has_method_file_and_line()
    {
        DriverSite site = Site(Plain);
        Assert.Equal("DriverSiteTests.Plain", site.Method);
        Assert.EndsWith("DriverSiteTests.cs", site.File, StringComparison.Ordinal);
        Assert.Equal($"DriverSiteTests.Plain (DriverSiteTests.cs:{site.Line})", site.ToString());
        Assert.InRange(site.Line, 1, 200);
        Assert.NotEqual(site.Line, Site(() => Plain(0)).Line);
    }

    [Fact]
    public void Lambdas_iterators_and_async_methods_go_by_the_method_that_they_are_in()
    {
        Assert.Equal("DriverSiteTests.Lambdas_iterators_and_async_methods_go_by_the_method_that_they_are_in", Site(() => { _scene.Disk.Unmap(new MappingToken(1, 2, 3)); GC.KeepAlive(this); }).Method);
        Assert.Equal("DriverSiteTests.Iterate", Site(() => GC.KeepAlive(Iterate().ToList())).Method);
        Assert.Equal("DriverSiteTests.WaitAsync", Site(() => WaitAsync().GetAwaiter().GetResult()).Method);
    }

    private static DriverSite Site(Action wrong) => Assert.Throws<DmaMisuseException>(wrong).Report!.Here;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Plain()
    {
        _scene.Disk.Unmap(new MappingToken(1, 2, 3));
        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Plain(int next)
    {
        _scene.Disk.Unmap(new MappingToken(1, 2, (uint)next));
        GC.KeepAlive(this);
    }

    private IEnumerable<int> Iterate()
    {
        _scene.Disk.Unmap(new MappingToken(1, 2, 3));
        yield return 1;
    }

    private async Task WaitAsync()
    {
        await Task.Yield();
        _scene.Disk.Unmap(new MappingToken(1, 2, 3));
        GC.KeepAlive(this);
    }
}
