using System.IO;

namespace DmaMapping;

/// <summary>
/// Where a driver called the library: its innermost method that is not the library's own. Of optimised code it is what the runtime tells: a method that was
/// inlined, or that ends with the call, goes by its caller, and the line can be missing. Immutable.
/// </summary>
public sealed class DriverSite
{
    internal DriverSite(string method, string? file, int line)
    {
        Method = method;
        File = file;
        Line = line;
    }

    /// <summary>Type and method; "unknown" where the program keeps no names.</summary>
    public string Method { get; }

    /// <summary>The source file as the compiler knew it; null without symbols, or where optimised code does not tell.</summary>
    public string? File { get; }

    /// <summary>The line in the file, from 1; 0 where there is no file.</summary>
    public int Line { get; }

    /// <summary>The method, and with symbols file and line, as <c>Nic.Send (Nic.cs:40)</c>.</summary>
    public override string ToString() => File is null ? Method : $"{Method} ({Path.GetFileName(File)}:{Line})";

    /// <summary>A method's name as a person wrote it: lambdas, iterators and async methods go by the method that they are in.</summary>
    internal static string NameOf(string? type, string method)
    {
        type ??= string.Empty;
        int generated = type.IndexOf("+<", System.StringComparison.Ordinal);
        if (method.Length > 1 && method[0] == '<' && method.IndexOf('>') is > 1 and int end) method = method.Substring(1, end - 1);
        else if (generated >= 0 && type.IndexOf('>', generated) is int close && close > generated + 2) method = type.Substring(generated + 2, close - generated - 2);
        if (generated >= 0) type = type.Substring(0, generated);
        int dot = type.LastIndexOf('.');
        string name = dot < 0 ? type : type.Substring(dot + 1);
        return name.Length == 0 ? method : $"{name.Replace('+', '.')}.{method}";
    }
}
