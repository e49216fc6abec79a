using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A mapper that does what another does, and has a <see cref="MappingChecker"/> look at every call: put it around the outermost mapper of each
/// device while debugging. What it finds it tells before the mapper inside throws anything, with the place where the mapping was made. Dispose
/// it where the device is released: what lives then is a leak, and goes to quarantine. Thread-safe.
/// </summary>
public sealed class CheckedMapper : IDmaMapper, IDisposable
{
    private readonly MappingChecker _checker;

    /// <summary>Checks a mapper.</summary>
    /// <param name="checker">The machine's checker.</param>
    /// <param name="inner">The mapper; whatever it maps, and is not to be reported as unknown, is mapped through this.</param>
    /// <exception cref="ArgumentNullException">No checker or no mapper.</exception>
    public CheckedMapper(MappingChecker checker, IDmaMapper inner)
    {
        _checker = Throw.IfNull(checker, nameof(checker));
        Books = new MapperBooks(checker, Throw.IfNull(inner, nameof(inner)));
        checker.Register(Books);
    }

    /// <summary>Nobody has this mapper any more, and so nobody can unmap through it.</summary>
    ~CheckedMapper()
    {
        if (Books is not null) _checker.GiveUp(Books);
    }

    /// <inheritdoc/>
    public MapperProfile Profile => Books.Inner.Profile;

    internal MapperBooks Books { get; }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">No direction.</exception>
    public MapPlan Plan(scoped in PfnView view, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        CheckDirection(direction);
        return Books.Inner.Plan(view, direction, options, parts);
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">No direction, segments that the device cannot take, or bytes that other mappings hold against it; nothing is mapped then.</exception>
    /// <exception cref="ObjectDisposedException">The device was released; or as the mapper inside says.</exception>
    public MapResult Map(scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        CheckDirection(direction);
        ThrowIfReleased();
        MapResult result = Books.Inner.Map(view, direction, segments, options);
        Take(view, direction, segments, options, result);
        return result;
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">The token names no live mapping of this mapper.</exception>
    /// <exception cref="InvalidOperationException">The mapping stands in quarantine, and somebody else was told.</exception>
    public void Unmap(MappingToken token)
    {
        DriverSite here = DriverSites.Find();
        TrackedMapping? mapping;
        lock (_checker.Lock)
        {
            if (Books.Mappings.TryGetValue(token, out mapping)) _checker.End(mapping, here);
        }

        if (mapping is null) Explain(token, nameof(Unmap), here);
        try
        {
            Books.Inner.Unmap(token);
        }
        catch (Exception thrown) when (mapping is not null && thrown is not ArgumentException)
        {
            _checker.Restore(mapping);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">The token names no live mapping of this mapper, or the range leaves it.</exception>
    /// <exception cref="InvalidOperationException">The mapping stands in quarantine, and somebody else was told.</exception>
    public void SyncForCpu(MappingToken token, long offset, long length)
    {
        TrackedMapping? mapping = Find(token, offset, length, nameof(SyncForCpu));
        Books.Inner.SyncForCpu(token, offset, length);
        if (mapping is null) return;
        lock (_checker.Lock) mapping.WithCpu.Add(offset, length);
    }

    /// <inheritdoc/>
    /// <exception cref="DmaMisuseException">The token names no live mapping of this mapper, or the range leaves it.</exception>
    /// <exception cref="InvalidOperationException">The mapping stands in quarantine, and somebody else was told.</exception>
    public void SyncForDevice(MappingToken token, long offset, long length)
    {
        TrackedMapping? mapping = Find(token, offset, length, nameof(SyncForDevice));
        Books.Inner.SyncForDevice(token, offset, length);
        if (mapping is null) return;
        lock (_checker.Lock) mapping.WithCpu.Remove(offset, length);
    }

    /// <summary>
    /// Says who is going to unmap a mapping: when nothing refers to the owner any more and the mapping lives, it is lost, and goes to quarantine.
    /// </summary>
    /// <param name="token">A live mapping of this mapper.</param>
    /// <param name="owner">The object that holds the token. It is held weakly.</param>
    /// <exception cref="ArgumentNullException">No owner.</exception>
    /// <exception cref="DmaMisuseException">The token names no live mapping of this mapper.</exception>
    public void TieTo(MappingToken token, object owner)
    {
        Throw.IfNull(owner, nameof(owner));
        TrackedMapping? mapping = Find(token, 0, 0, nameof(TieTo));
        if (mapping is null) Throw.Argument(nameof(token), "The token names no live mapping of this mapper.");
        OwnerTies.Tie(owner, mapping!);
    }

    /// <summary>Releases the device. What it has mapped or reserved goes to quarantine, and is told as a leak. Further calls do nothing; nothing can be mapped any more.</summary>
    /// <exception cref="DmaMisuseException">Something lives; it is in quarantine.</exception>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _checker.Tell(_checker.Release(Books));
    }

    internal void CheckDirection(DmaDirection direction)
    {
        if (direction is < DmaDirection.ToDevice or > DmaDirection.Bidirectional) _checker.Tell(Misuse.NoDirection(Books, direction, DriverSites.Find()));
    }

    internal void ThrowIfReleased()
    {
        if (Books.Released is not null) Throw.Disposed(nameof(CheckedMapper));
    }

    /// <summary>Notes what the mapper inside answered; where that is a misuse, and who is told throws, it is undone.</summary>
    internal void Take(scoped in PfnView view, DmaDirection direction, ReadOnlySpan<DmaSegment> segments, MapOptions options, in MapResult result)
    {
        DriverSite here = DriverSites.Find();
        if (!result.IsMapped)
        {
            lock (_checker.Lock) Books.LastRefusal = (result.Status, here);
            return;
        }

        ReadOnlySpan<DmaSegment> given = segments.Slice(0, Math.Min(result.SegmentCount, segments.Length));
        TrackedMapping mapping = TrackedMapping.Of(Books, view, direction, options, result, given, here);
        MisuseReport? overlap = _checker.Enter(mapping, null, out bool isLate);
        if (isLate)
        {
            Books.Inner.Unmap(result.Token);
            ThrowIfReleased();
        }

        try
        {
            string? wrong = SegmentCheck.Wrong(Profile.Device.Constraints, given, view.Slice(0, Math.Min(result.Length, view.Length)), result.Length);
            if (wrong is not null) _checker.Tell(Misuse.BadSegments(Books, wrong, here));
            _checker.Tell(overlap);
        }
        catch
        {
            _checker.Forget(mapping);
            Books.Inner.Unmap(result.Token);
            throw;
        }
    }

    /// <summary>The mapping of a token; null where it names none, and that was told.</summary>
    private TrackedMapping? Find(MappingToken token, long offset, long length, string call)
    {
        TrackedMapping? mapping;
        lock (_checker.Lock) Books.Mappings.TryGetValue(token, out mapping);
        if (mapping is null) Explain(token, call, DriverSites.Find());
        else if (offset < 0 || length < 0 || offset > mapping.Length || length > mapping.Length - offset) _checker.Tell(Misuse.SyncsTooMuch(mapping, call, offset, length, DriverSites.Find()));
        return mapping;
    }

    /// <summary>Tells why a token names no live mapping of this mapper. What stands in quarantine is kept from the mapper inside, which would end it.</summary>
    private void Explain(MappingToken token, string call, DriverSite here)
    {
        MisuseReport misuse = _checker.ExplainToken(Books, token, call, here);
        _checker.Tell(misuse);
        if (misuse.Kind == MisuseKind.Quarantined) Throw.Invalid(misuse.ToString());
    }
}
