using System;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Threading;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>Methods that are made at run time are named as others are. Each is a new one: what a site is called is kept for as long as the process runs.</summary>
public class EmittedSiteTests
{
    private static int _made;

    [Theory]
    [InlineData("<Iterate>d__5", "MoveNext", "Odd.Iterate")]
    [InlineData("<I>d", "MoveNext", "Odd.I")]
    [InlineData("<>c", "<Send>b__0", "Odd.Send")]
    [InlineData("<>c", "Plain", "Odd.Plain")]
    [InlineData("<Open", "Plain", "Odd.Plain")]
    [InlineData("Inner", "Plain", "Odd.Inner.Plain")]
    [InlineData("Inner", "<>b", "Odd.Inner.<>b")]
    public void A_method_goes_by_what_its_author_called_it(string type, string method, string name)
    {
        Func<CheckedMapper, MappingToken, int> call = Emit(type, method);
        using var mapper = new CheckedMapper(new MappingChecker(), new DirectMapper(new DmaDevice("emitted", new RequesterId(0, 8, 0))));
        DriverSite site = Assert.Throws<DmaMisuseException>(() => call(mapper, new MappingToken(7, 3, 1))).Report!.Here;
        Assert.Equal((name, null, 0), (site.Method, site.File, site.Line));
        Assert.Equal(name, site.ToString());
    }

    /// <summary>A method that unmaps, of a type inside another called Odd.</summary>
    private static Func<CheckedMapper, MappingToken, int> Emit(string type, string method)
    {
        string assembly = "Emitted" + Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture);
        ModuleBuilder module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(assembly), AssemblyBuilderAccess.Run).DefineDynamicModule(assembly);
        TypeBuilder outer = module.DefineType(assembly + ".Odd", TypeAttributes.Public);
        TypeBuilder inner = outer.DefineNestedType(type, TypeAttributes.NestedPublic);
        ILGenerator code = inner.DefineMethod(method, MethodAttributes.Public | MethodAttributes.Static, typeof(int), [typeof(CheckedMapper), typeof(MappingToken)]).GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Callvirt, typeof(CheckedMapper).GetMethod(nameof(CheckedMapper.Unmap))!);

        // A call that a method ends with would take its place on the stack.
        code.Emit(OpCodes.Ldc_I4_0);
        code.Emit(OpCodes.Ret);
        outer.CreateType();
        return inner.CreateType().GetMethod(method)!.CreateDelegate<Func<CheckedMapper, MappingToken, int>>();
    }
}
