using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Conformance;

/// <summary>
/// Traces as text that people can read, shorten and replay: one step a line, a word for the action and what is not 0 as <c>name=value</c>. What
/// follows a <c>#</c> is a comment.
/// <code>
///   random iommu
///   machine slots=64
///   device nic32 window=0x0-0xffffffff
///   buffer item=2 page=64K runs=0x100+1,0x180+2 at=17 length=70000
///   map item=3 source=2 length=70000 direction=ToDevice room=64
///   unmap item=3
/// </code>
/// </summary>
public static class TraceText
{
    private const string Head = "random";
    private const string Machine = "machine";
    private const string Device = "device";

    private static readonly char[] Blanks = [' ', '\t', '\r'];
    private static readonly (TraceBackend Backend, string Name)[] Backends = [(TraceBackend.Direct, "direct"), (TraceBackend.Bounce, "bounce"), (TraceBackend.Iommu, "iommu"), (TraceBackend.IommuLazy, "iommu-lazy")];
    private static readonly (TraceAction Action, string Word)[] Actions = [.. Enumerable.Range(0, (int)TraceAction.PassTime + 1).Select(one => ((TraceAction)one, WordOf(((TraceAction)one).ToString())))];

    /// <summary>The name of a backend.</summary>
    public static string NameOf(TraceBackend backend) => Array.Find(Backends, one => one.Backend == backend).Name;

    /// <summary>The backend of a name.</summary>
    public static bool TryBackend(string name, out TraceBackend backend)
    {
        int at = Array.FindIndex(Backends, one => one.Name == name);
        backend = at < 0 ? default : Backends[at].Backend;
        return at >= 0;
    }

    /// <summary>Whether a text tells a trace of the random campaign, rather than of another one.</summary>
    public static bool IsIn(string text) => Array.Exists(text.Split('\n'), line => line.StartsWith(Head + " ", StringComparison.Ordinal));

    /// <summary>A trace as text.</summary>
    public static string Write(TraceCase one)
    {
        var text = new StringBuilder();
        text.Append(Head).Append(' ').Append(NameOf(one.Backend)).Append('\n');
        text.Append(Machine).Append(TraceFields.Write(TraceFields.OfSetting, one.Setting)).Append('\n');
        foreach (TraceDevice device in one.Devices) text.Append(Device).Append(' ').Append(device.Kind).Append(TraceFields.Write(TraceFields.OfDevice, device)).Append('\n');
        foreach (TraceStep step in one.Steps) text.Append(Line(step)).Append('\n');
        return text.ToString();
    }

    /// <summary>A step as a line.</summary>
    public static string Line(TraceStep step) => Array.Find(Actions, one => one.Action == step.Action).Word + TraceFields.Write(TraceFields.OfStep, step);

    /// <summary>The trace that a text tells.</summary>
    /// <exception cref="FormatException">The text tells none; the message says at which line, and why, in one line.</exception>
    public static TraceCase Parse(string text)
    {
        TraceBackend? backend = null;
        var setting = new TraceSetting();
        var devices = new List<TraceDevice>();
        var steps = new List<TraceStep>();
        string[] lines = text.Split('\n');

        // What a campaign prints can be kept as it is: its trace begins with the backend, and ends with an empty line.
        int start = Math.Max(0, Array.FindIndex(lines, line => line.StartsWith(Head + " ", StringComparison.Ordinal)));
        for (int i = start; i < lines.Length; i++)
        {
            string[] words = lines[i].Split('#')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 && steps.Count > 0 && string.IsNullOrWhiteSpace(lines[i])) break;
            if (words.Length == 0) continue;
            try
            {
                if (words[0] == Head) backend = words.Length == 2 && TryBackend(words[1], out TraceBackend found) ? found : throw new FormatException("a backend is direct, bounce, iommu or iommu-lazy");
                else if (words[0] == Machine) setting = TraceFields.Read(TraceFields.OfSetting, setting, words, 1);
                else if (words[0] == Device) devices.Add(DeviceOf(words));
                else steps.Add(StepOf(words, devices.Count));
            }
            catch (Exception wrong) when (wrong is FormatException or ArgumentException or OverflowException)
            {
                throw new FormatException($"line {i + 1}: {wrong.Message.Split('\n')[0].TrimEnd('\r')}", wrong);
            }
        }

        if (backend is null) throw new FormatException("no line says the backend");
        if (devices.Count == 0) throw new FormatException("no line says a device");
        return new TraceCase(backend.Value, setting, devices, steps);
    }

    private static TraceDevice DeviceOf(string[] words)
    {
        if (words.Length < 2) throw new FormatException("a device has a kind");
        return TraceFields.Read(TraceFields.OfDevice, new TraceDevice(words[1], default), words, 2);
    }

    private static TraceStep StepOf(string[] words, int devices)
    {
        int action = Array.FindIndex(Actions, one => one.Word == words[0]);
        if (action < 0) throw new FormatException($"nothing is done by the word {words[0]}");
        TraceStep step = TraceFields.Read(TraceFields.OfStep, new TraceStep(Actions[action].Action), words, 1);
        if (step.Device < 0 || step.Device >= devices) throw new FormatException($"there is no device {step.Device}");
        return step;
    }

    private static string WordOf(string name) => string.Concat(name.Select((letter, i) => char.IsUpper(letter) && i > 0 ? "-" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString()));
}
