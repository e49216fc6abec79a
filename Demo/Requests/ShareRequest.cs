namespace Demo;

/// <summary>What the user asks for.</summary>
/// <param name="Image">The picture file; null for the bundled picture.</param>
/// <param name="OutFolder">Where the results go.</param>
/// <param name="Backing">What memory the buffer gets.</param>
/// <param name="Fault">What is broken on purpose.</param>
public sealed record ShareRequest(string? Image, string OutFolder, Backing Backing, Fault Fault);
