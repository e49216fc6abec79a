using System;
using System.Runtime.CompilerServices;

namespace Conformance.Tests;

/// <summary>Every mutant is asked for by all laws that reach it, so each law tries a part of its cases.</summary>
internal static class QuickLaws
{
    private const string Percent = "10";

#pragma warning disable CA2255 // It is a program, and laws read the variable before its first test.
    [ModuleInitializer]
    internal static void Use()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(CaseShare.Variable))) Environment.SetEnvironmentVariable(CaseShare.Variable, Percent);
    }
#pragma warning restore CA2255
}
