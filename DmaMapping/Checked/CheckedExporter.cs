using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// An exporter that takes no backing back while something of it is mapped, or in quarantine. Buffers never release what their attachments map; this finds who mapped
/// their frames past them. Where a <see cref="MappingChecker"/> throws, the frames stay the buffer's. Thread-safe as the exporter is.
/// </summary>
/// <param name="checker">The machine's checker.</param>
/// <param name="exporter">The exporter.</param>
/// <exception cref="System.ArgumentNullException">No checker or no exporter.</exception>
public sealed class CheckedExporter(MappingChecker checker, IExporter exporter) : IExporter
{
    private readonly MappingChecker _checker = Throw.IfNull(checker, nameof(checker));
    private readonly IExporter _exporter = Throw.IfNull(exporter, nameof(exporter));

    /// <inheritdoc/>
    public string Name => _exporter.Name;

    /// <inheritdoc/>
    public long Length => _exporter.Length;

    /// <inheritdoc/>
    public MemoryKind Kind => _exporter.Kind;

    /// <inheritdoc/>
    public IPhysicalMemory Memory { get; } = new CheckedMemory(checker, exporter.Memory);

    /// <inheritdoc/>
    public bool CanBack(in PlacementDemand demand) => _exporter.CanBack(demand);

    /// <inheritdoc/>
    public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
    {
        if (!_exporter.TryBack(demand, out backing)) return false;
        _checker.GaveOut(backing!.View);
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="System.ArgumentNullException">No backing.</exception>
    /// <exception cref="System.InvalidOperationException">The backing is disposed, or as the exporter says.</exception>
    /// <exception cref="DmaMisuseException">Something of it is mapped; it was not released.</exception>
    public void Release(PfnBuffer backing)
    {
        PfnView view = Throw.IfNull(backing, nameof(backing)).View;
        _checker.CheckFree(view);
        _checker.GaveBack(view);
        _exporter.Release(backing);
    }
}
