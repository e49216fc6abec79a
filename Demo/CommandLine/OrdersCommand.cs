using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Demo;

/// <summary>One set of devices in all orders of attaching.</summary>
internal static class OrdersCommand
{
    internal static int Run(OrdersRequest request, TextWriter output)
    {
        IReadOnlyList<DeviceKind>[] orders = [.. Permutations.Of(request.Devices)];
        OrderOutcome[] late = [.. orders.Select(order => OrderOutcome.Of(order, request.Rule, mapsAtOnce: true))];
        OrderOutcome[] inTime = [.. orders.Select(order => OrderOutcome.Of(order, request.Rule, mapsAtOnce: false))];
        OrdersReport.Write(output, request, late, inTime);
        return DemoCommand.Identical;
    }

    /// <summary>Devices by their names, with commas between.</summary>
    /// <exception cref="InputException">A name that is none, or stands twice; or fewer than two.</exception>
    internal static IReadOnlyList<DeviceKind> Devices(string names)
    {
        var devices = new List<DeviceKind>();
        foreach (string name in names.Split(',', StringSplitOptions.TrimEntries))
        {
            DeviceKind kind = DeviceKind.All.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new InputException($"--devices does not know '{name}'", $"choose from {DeviceKind.AllNames}");
            if (devices.Contains(kind)) throw new InputException($"--devices names {kind.Name} twice", "name each device once");
            devices.Add(kind);
        }

        return devices.Count > 1 ? devices : throw new InputException("--devices names one device, which comes in one order only", $"name two or more of {DeviceKind.AllNames}");
    }
}
