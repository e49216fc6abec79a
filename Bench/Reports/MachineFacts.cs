using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using DmaMapping;

namespace Bench;

/// <summary>What a report was measured on and with.</summary>
/// <param name="Cpu">The processor, as it names itself.</param>
/// <param name="Processors">How many of them the process may use.</param>
/// <param name="Os">The operating system.</param>
/// <param name="Runtime">The runtime that ran it.</param>
/// <param name="Sdk">The SDK that built it.</param>
/// <param name="Commit">The commit that was built; changes that were not committed do not show.</param>
internal sealed record MachineFacts(string Cpu, int Processors, string Os, string Runtime, string Sdk, string Commit)
{
    private const string Unknown = "unknown";

    /// <summary>This machine.</summary>
    internal static MachineFacts Current => new(
        CpuName(),
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}",
        Metadata("Sdk"),
        CommitName());

    /// <summary>The processor as the name of a folder: letters and digits in lower case, with dashes between.</summary>
    internal string Folder => string.Join('-', Cpu.ToLowerInvariant().Split([.. Cpu.ToLowerInvariant().Where(c => !char.IsAsciiLetterOrDigit(c))], StringSplitOptions.RemoveEmptyEntries));

    private static string CpuName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(one => one.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[1].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Metadata(string key)
        => typeof(MachineFacts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(one => one.Key == key)?.Value ?? Unknown;

    /// <summary>The SDK writes it behind the version of every assembly that is built in a clone.</summary>
    private static string CommitName()
    {
        const int Digits = 12;
        string[]? parts = typeof(IDmaMapper).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+');
        return parts is [_, { Length: >= Digits } commit] ? commit[..Digits] : Unknown;
    }
}
