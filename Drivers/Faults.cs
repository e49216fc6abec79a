using DmaMapping;

namespace Drivers;

/// <summary>A device that stopped, told by what its port recorded last.</summary>
internal static class Faults
{
    internal static DeviceFaultException LastOf(BusPort port)
    {
        var recent = port.Faults.Recent();
        for (int i = recent.Count - 1; i >= 0; i--)
        {
            if (recent[i].Requester == port.Device.Requester) return new DeviceFaultException(port.Device.Name, recent[i]);
        }

        return new DeviceFaultException($"{port.Device.Name} stopped, and its port recorded no fault.");
    }
}
