using System;
using System.Collections.Generic;
using System.IO;

namespace Demo;

/// <summary>
/// A folder that gets all results or none: files are written under temporary names, and renamed when all of them are
/// whole. Disposing removes what was not published, and the folders that were made for nothing.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly string _folder;
    private readonly List<string> _made = [];
    private readonly string _suffix = $".{Guid.NewGuid():n}.tmp";
    private readonly List<string> _staged = [];
    private bool _published;

    /// <exception cref="InputException">The folder cannot be made, or nothing can be written there.</exception>
    internal OutputFolder(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder)) throw new InputException("--out names no folder", "give a folder that can be written, as --out out");
        _folder = folder;
        try
        {
            if (File.Exists(folder)) throw new IOException("it is a file");
            for (string? missing = Path.GetFullPath(folder); missing is not null && !Directory.Exists(missing); missing = Path.GetDirectoryName(missing)) _made.Add(missing);
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, "probe" + _suffix);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Dispose();
            throw Refused(e);
        }
    }

    internal string PathOf(string name) => Path.Combine(_folder, name);

    internal string StagedPath(string name) => PathOf("." + name + _suffix);

    /// <exception cref="InputException">The file cannot be written.</exception>
    internal void Stage(string name, Action<Stream> write)
    {
        if (Directory.Exists(PathOf(name))) throw Refused(new IOException($"{name} in it is a folder"));
        try
        {
            using FileStream stream = File.Create(StagedPath(name));
            _staged.Add(name);
            write(stream);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Refused(e);
        }
    }

    /// <exception cref="InputException">A file cannot be put in its place.</exception>
    internal void Publish()
    {
        try
        {
            foreach (string name in _staged) File.Move(StagedPath(name), PathOf(name), overwrite: true);
            _published = true;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Refused(e);
        }
    }

    public void Dispose()
    {
        if (_published) return;
        try
        {
            foreach (string name in _staged) File.Delete(StagedPath(name));
            foreach (string made in _made)
            {
                if (Directory.Exists(made)) Directory.Delete(made);
            }
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // What led here is already being told, and is the better reason.
        }
    }

    private static bool IsRefusal(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private InputException Refused(Exception e)
        => new($"the out folder '{_folder}' cannot be written: {e.Message.TrimEnd('.')}", "give a folder that can be written with --out");
}
