using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using PfnBuffers;

namespace Conformance;

/// <summary>Cases as text that people can read, shorten and replay: one fact a line. What follows a <c>#</c> is a comment.</summary>
public static class OrderTrace
{
    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <summary>A case as text.</summary>
    public static string Write(OrderCase one)
    {
        var text = new StringBuilder();
        text.Append("policy ").Append(OrderNames.Of(one.Policy)).Append('\n');
        text.Append("flavour ").Append(OrderNames.Of(one.Flavour)).Append('\n');
        text.Append("seed ").Append(one.Seed.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (OrderDevice device in one.Devices) text.Append("device ").Append(device.Name).Append(' ').Append(device.Class).Append(' ').Append(device.Direction).Append('\n');
        foreach (OrderStep step in one.Steps) text.Append(Word(step.Action)).Append(' ').Append(one.Devices[step.Device].Name).Append('\n');
        return text.ToString();
    }

    /// <summary>The case that a text tells.</summary>
    /// <exception cref="FormatException">The text tells none; the message says at which line, and why, in one line.</exception>
    public static OrderCase Parse(string text)
    {
        OrderPolicy? policy = null;
        OrderFlavour flavour = OrderFlavour.Plain;
        ulong seed = 0;
        var devices = new List<OrderDevice>();
        var steps = new List<OrderStep>();
        string[] lines = text.Split('\n');

        // What a campaign prints can be kept as it is: its trace starts with the policy, and ends with an empty line.
        int start = Math.Max(0, Array.FindIndex(lines, line => line.StartsWith("policy ", StringComparison.Ordinal)));
        for (int i = start; i < lines.Length; i++)
        {
            if (steps.Count > 0 && string.IsNullOrWhiteSpace(lines[i])) break;
            string[] words = lines[i].Split('#')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            string? wrong = words[0] switch
            {
                "policy" => words.Length == 2 && OrderNames.TryPolicy(words[1], out OrderPolicy one) && (policy = one) is not null ? null : "a policy is move-first, bounce-first or no-move",
                "flavour" => words.Length == 2 && OrderNames.TryFlavour(words[1], out flavour) ? null : "no such flavour",
                "seed" => words.Length == 2 && ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out seed) ? null : "a seed is a number",
                "device" => AddDevice(words, devices),
                _ => AddStep(words, devices, steps),
            };
            if (wrong is not null) throw new FormatException($"line {i + 1}: {wrong}");
        }

        if (policy is null) throw new FormatException("no line says the policy");
        if (devices.Count == 0) throw new FormatException("no line says a device");
        return new OrderCase(policy.Value, flavour, seed, devices, steps);
    }

    private static string? AddDevice(string[] words, List<OrderDevice> devices)
    {
        if (words.Length != 4) return "a device has a letter, a class and a direction";
        if (words[1].Length != 1 || words[1][0] < 'a' || words[1][0] >= 'a' + OrderDevice.Most) return "a device's letter is a to e";
        if (devices.Count > 0 && devices[devices.Count - 1].Letter >= words[1][0]) return "devices stand in the order of their letters, each once";
        if (!Enum.TryParse(words[2], out OrderClass kind) || kind > OrderClass.Raw || kind.ToString() != words[2]) return $"no class is named {words[2]}";
        if (!Enum.TryParse(words[3], out DmaDirection direction) || direction == DmaDirection.None || direction.ToString() != words[3]) return $"no direction is named {words[3]}";
        devices.Add(new OrderDevice(words[1][0], kind, direction));
        return null;
    }

    private static string? AddStep(string[] words, List<OrderDevice> devices, List<OrderStep> steps)
    {
        int action = Array.FindIndex([OrderAction.Attach, OrderAction.Map, OrderAction.Unmap, OrderAction.Detach], one => Word(one) == words[0]);
        if (action < 0) return $"nothing is done by the word {words[0]}";
        int device = words.Length == 2 ? devices.FindIndex(one => one.Name == words[1]) : -1;
        if (device < 0) return $"{words[0]} what? A letter of a device follows";
        var step = new OrderStep((OrderAction)action, device);
        steps.Add(step);
        return IsValid(steps, device) ? null : $"{words[1]} cannot {words[0]} there";
    }

    /// <summary>Whether a device attaches, maps, unmaps and detaches in this order, leaving out what it likes but the first of what is ended.</summary>
    internal static bool IsValid(IReadOnlyList<OrderStep> steps, int device)
    {
        string life = string.Concat(steps.Where(step => step.Device == device).Select(step => (int)step.Action));
        return life is "" or "0" or "01" or "012" or "0123" or "03";
    }

    private static string Word(OrderAction action) => action switch
    {
        OrderAction.Attach => "attach",
        OrderAction.Map => "map",
        OrderAction.Unmap => "unmap",
        _ => "detach",
    };
}
