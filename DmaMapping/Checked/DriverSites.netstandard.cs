using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Finds call sites: a walk of the stack, some microseconds, and the first time a look into the symbols. Thread-safe.
/// What is found is kept for ever, one entry a call in the program's text.
/// </summary>
internal static class DriverSites
{
    private static readonly Assembly Mapping = typeof(DriverSites).Assembly;
    private static readonly Assembly Buffers = typeof(PfnView).Assembly;
    private static readonly DriverSite Unknown = new("unknown", null, 0);
    private static readonly ConcurrentDictionary<(MethodBase Method, int Il, int Native), DriverSite> Known = new();

    /// <summary>The innermost method on the stack that is not the library's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static DriverSite Find()
    {
        var trace = new StackTrace(1, fNeedFileInfo: false);
        for (int i = 0; i < trace.FrameCount; i++)
        {
            if (trace.GetFrame(i) is not { } frame || frame.GetMethod() is not { } method) continue;
            Assembly assembly = method.Module.Assembly;
            if (assembly == Mapping || assembly == Buffers) continue;
            (MethodBase Method, int Il, int Native) key = (method, frame.GetILOffset(), frame.GetNativeOffset());
            if (Known.TryGetValue(key, out DriverSite? known)) return known;
            var exact = new StackFrame(i + 1, fNeedFileInfo: true);
            return Known.GetOrAdd(key, new DriverSite(DriverSite.NameOf(method.DeclaringType?.FullName, method.Name), exact.GetFileName(), exact.GetFileLineNumber()));
        }

        return Unknown;
    }
}
