using System.Collections.Generic;

namespace Demo;

/// <summary>What the user asks for.</summary>
/// <param name="Devices">Which devices share the buffer, each once.</param>
/// <param name="Rule">What deciding may choose.</param>
internal sealed record OrdersRequest(IReadOnlyList<DeviceKind> Devices, SharingRule Rule);
