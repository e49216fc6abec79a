using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace DmaMapping;

/// <summary>
/// Reports of all buffers in a directory, taken one after the other: each is consistent in itself, and the moments are not
/// the same. Immutable. Thread-safe.
/// </summary>
public sealed class SharedBufferDirectoryReport
{
    internal SharedBufferDirectoryReport(IReadOnlyList<SharedBufferReport> buffers) => Buffers = buffers;

    /// <summary>The buffers that were live, in the order in which they were added.</summary>
    public IReadOnlyList<SharedBufferReport> Buffers { get; }

    /// <summary>Bytes of all of them together.</summary>
    public long TotalBytes => Buffers.Sum(one => one.Length);

    /// <summary>The reports for people, after a line that counts them.</summary>
    public override string ToString() => ReportText.Of(this);

    /// <summary>An object with the totals and an array of buffers, each as <see cref="SharedBufferReport.WriteJson"/> writes it.</summary>
    /// <param name="writer">Receives the object; not flushed.</param>
    /// <exception cref="System.ArgumentNullException">No writer.</exception>
    public void WriteJson(Utf8JsonWriter writer) => ReportJson.Write(Throw.IfNull(writer, nameof(writer)), this);

    /// <summary>The reports as JSON text, indented.</summary>
    public string ToJson() => ReportJson.Text(WriteJson);
}
