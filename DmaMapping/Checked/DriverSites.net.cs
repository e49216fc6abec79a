using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Finds call sites: a walk of the stack, some microseconds, and the first time a look into the symbols. Thread-safe.
/// What is found is kept for ever, one entry a call in the program's text.
/// </summary>
internal static class DriverSites
{
    private static readonly string? Mapping = typeof(DriverSites).Assembly.FullName;
    private static readonly string? Buffers = typeof(PfnView).Assembly.FullName;
    private static readonly DriverSite Unknown = new("unknown", null, 0);
    private static readonly ConcurrentDictionary<(string? Type, string Method, int Il, int Native), DriverSite> Known = new();

    /// <summary>The innermost method on the stack that is not the library's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static DriverSite Find()
    {
        var trace = new StackTrace(1, fNeedFileInfo: false);
        for (int i = 0; i < trace.FrameCount; i++)
        {
            if (trace.GetFrame(i) is not { } frame || DiagnosticMethodInfo.Create(frame) is not { } method) continue;
            if (method.DeclaringAssemblyName == Mapping || method.DeclaringAssemblyName == Buffers) continue;
            (string? Type, string Method, int Il, int Native) key = (method.DeclaringTypeName, method.Name, frame.GetILOffset(), frame.GetNativeOffset());
            if (Known.TryGetValue(key, out DriverSite? known)) return known;
            var exact = new StackFrame(i + 1, needFileInfo: true);
            return Known.GetOrAdd(key, new DriverSite(DriverSite.NameOf(method.DeclaringTypeName, method.Name), exact.GetFileName(), exact.GetFileLineNumber()));
        }

        return Unknown;
    }
}
