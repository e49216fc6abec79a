using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A buffer that devices share. An exporter backs it; devices attach with their mappers, and each maps and unmaps when it
/// chooses. Frames are chosen late, at the first mapping or CPU access, for everyone who is attached by then; that fixes
/// everyone's verdict. No admitted mapping is changed by what others do.
/// <para>
/// Bytes have one home, the frames. While a copy of a byte lives (a bounced mapping), nobody else may hold the byte if one
/// of the two may write it: mapping answers <see cref="MapStatus.WouldDiverge"/> and names who holds it.
/// </para>
/// Thread-safe. Mappers are called under the buffer's lock, so they must not call back into the buffer.
/// Disposing detaches everyone and gives the frames back.
/// </summary>
public sealed class SharedBuffer : IDisposable
{
    private readonly object _lock = new();
    private readonly IExporter _exporter;
    private readonly SharingPolicy _policy;
    private readonly List<Attachment> _attachments = [];
    private readonly LiveUses _uses = new();
    private readonly LateBacking _backing;
    private DmaConstraints _constraints;
    private bool _disposed;

    /// <summary>A buffer without attachments or frames yet.</summary>
    /// <param name="exporter">Backs it; called by this buffer alone, one call at a time.</param>
    /// <param name="policy">What deciding may choose; everything unless said.</param>
    /// <exception cref="ArgumentNullException">No exporter.</exception>
    /// <exception cref="ArgumentException">The exporter has no bytes, or absent memory.</exception>
    public SharedBuffer(IExporter exporter, SharingPolicy? policy = null)
    {
        _exporter = Throw.IfNull(exporter, nameof(exporter));
        _policy = policy ?? SharingPolicy.Default;
        if (exporter.Length < 1) Throw.Argument(nameof(exporter), $"{exporter.Name} exports {exporter.Length} bytes; a buffer has at least 1.");
        _backing = new LateBacking(exporter, _policy);
        if (exporter.Kind == MemoryKind.Absent) Throw.Argument(nameof(exporter), $"{exporter.Name} exports absent memory.");
    }

    /// <summary>Bytes of the buffer.</summary>
    public long Length => _exporter.Length;

    /// <summary>Who backs it.</summary>
    public string Exporter => _exporter.Name;

    /// <summary>What kind of memory it is.</summary>
    public MemoryKind Kind => _exporter.Kind;

    /// <summary>The frames; null until the first mapping or CPU access.</summary>
    public PfnBuffer? Backing => _backing.Buffer;

    /// <summary>What was asked of the frames when they were chosen; what would be asked now where they are not.</summary>
    public PlacementDemand Demand
    {
        get
        {
            lock (_lock) return _backing.DemandOf(_attachments);
        }
    }

    /// <summary>
    /// What all attached devices can take together (T1 of the thread): reported beside the placement demand, and refusing
    /// nobody by itself, for a device behind an IOMMU may have a window that no frame of the backing lies in.
    /// </summary>
    public DmaConstraints CurrentConstraints
    {
        get
        {
            lock (_lock) return _constraints;
        }
    }

    /// <summary>Those who are attached, in the order they came. A copy.</summary>
    public IReadOnlyList<Attachment> Attachments
    {
        get
        {
            lock (_lock) return [.. _attachments];
        }
    }

    /// <summary>Mappings and CPU accesses that are live.</summary>
    public int LiveUses
    {
        get
        {
            lock (_lock) return _uses.Count;
        }
    }

    internal object Lock => _lock;

    /// <summary>The merged constraints afresh from those who are attached, for the paranoid; always equal to <see cref="CurrentConstraints"/>.</summary>
    public DmaConstraints RecalculateConstraints()
    {
        lock (_lock) return Merge();
    }

    /// <summary>Attaches a device, or refuses it with a reason. Nothing is mapped, and nobody else is touched.</summary>
    /// <param name="mapper">Maps for the device.</param>
    /// <param name="importer">What the device declares; made from <paramref name="mapper"/>'s profile; nothing beyond it unless said.</param>
    /// <exception cref="ArgumentNullException">No mapper.</exception>
    /// <exception cref="ArgumentException">The declaration is about another mapper, or a device of that name is attached already.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public AttachResult Attach(IDmaMapper mapper, Importer? importer = null)
    {
        Throw.IfNull(mapper, nameof(mapper));
        MapperProfile profile = Throw.IfNull(mapper.Profile, nameof(mapper));
        importer ??= new Importer(profile);
        if (!ReferenceEquals(importer.Profile.Device, profile.Device))
            Throw.Argument(nameof(importer), $"The declaration is about {importer.Profile.Device}, the mapper maps for {profile.Device}: make it with new Importer(mapper.Profile).");
        lock (_lock)
        {
            ThrowIfDisposed();
            if (_attachments.Exists(a => a.Importer.Name == importer.Name))
                Throw.Argument(nameof(importer), $"A device named {importer.Name} is attached already.");

            Decision decision = _backing.Decide(_attachments, importer);
            if (decision.Verdict == Verdict.Refused) return new AttachResult(null, decision);

            var attachment = new Attachment(this, mapper, importer, decision);
            _attachments.Add(attachment);
            _constraints = DmaConstraints.Meet(_constraints, importer.Profile.Device.Constraints);
            return new AttachResult(attachment, decision);
        }
    }

    /// <summary>
    /// Opens the bytes to the CPU. An open access is a use like a mapping: it is refused while a device holds a copy of one
    /// of the bytes and one of the two may write, and devices are refused copies while it is open.
    /// </summary>
    /// <param name="memory">The memory that the exporter's frames are in.</param>
    /// <param name="offset">Offset in the buffer.</param>
    /// <param name="length">Bytes from there.</param>
    /// <param name="access">What the CPU does to them.</param>
    /// <param name="cpu">The access, to be disposed when done; null where the answer is another than <see cref="MapStatus.Mapped"/>.</param>
    /// <returns><see cref="MapStatus.Mapped"/>, <see cref="MapStatus.WouldDiverge"/>, <see cref="MapStatus.NoBacking"/>, or
    /// <see cref="MapStatus.Refused"/> for protected memory, which the CPU may not touch.</returns>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the buffer, or the access is none.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public MapStatus TryBeginCpuAccess(IPhysicalMemory memory, long offset, long length, MemoryAccess access, out CpuAccess? cpu)
    {
        Throw.IfNull(memory, nameof(memory));
        Throw.IfRangeOutside(offset, length, Length);
        if (access is < MemoryAccess.Read or > MemoryAccess.ReadWrite) Throw.OutOfRange(nameof(access), access, "it must be Read, Write or ReadWrite");
        lock (_lock)
        {
            cpu = null;
            ThrowIfDisposed();
            if (Kind == MemoryKind.Protected) return MapStatus.Refused;
            if (!_backing.TryChoose(_attachments)) return MapStatus.NoBacking;
            var use = new LiveUse("the CPU", offset, length, (access & MemoryAccess.Write) != 0, [], 0);
            if (_uses.FindConflict(use) is not null) return MapStatus.WouldDiverge;
            cpu = new CpuAccess(this, memory, Backing!.Slice(offset, length), access, _uses.Add(use));
            return MapStatus.Mapped;
        }
    }

    /// <summary>Detaches everyone and gives the frames back. Further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">Bytes are mapped or open to the CPU; nothing was changed.</exception>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            if (_uses.Count > 0) Throw.Invalid($"{_uses.Count} mappings or CPU accesses of the buffer are live: end them before disposing it.");
            _disposed = true;
            foreach (Attachment attachment in _attachments) attachment.IsDetached = true;
            _attachments.Clear();
            _constraints = Merge();
            _backing.Release();
        }
    }

    internal MapPlan Plan(Attachment attachment, long offset, long length, DmaDirection direction, MapOptions options, Span<MapPart> parts)
    {
        CheckRequest(attachment, offset, length, direction);
        lock (_lock)
        {
            ThrowIfDetached(attachment);
            if (Backing is null) return new MapPlan { Status = MapStatus.NoBacking, FailedFrame = -1 };
            if (attachment.Decision.Verdict == Verdict.Refused) return new MapPlan { Status = MapStatus.Refused, FailedFrame = -1 };

            options |= AskedOf(attachment);
            PfnView view = Backing.View.Slice(offset, length);
            MapPlan plan = _uses.Foresee(attachment, view, offset, direction, options, out LiveUse use);
            bool conflicts = _uses.FindConflict(use) is not null;
            _uses.ReturnParts(use.Bounced);
            if (!plan.Succeeds) return plan;
            return conflicts
                ? new MapPlan { Status = MapStatus.WouldDiverge, FailedFrame = -1 }
                : attachment.Mapper.Plan(view, direction, options, parts);
        }
    }

    internal SharedMapResult Map(Attachment attachment, long offset, long length, DmaDirection direction, Span<DmaSegment> segments, MapOptions options)
    {
        CheckRequest(attachment, offset, length, direction);
        lock (_lock)
        {
            ThrowIfDetached(attachment);
            if (!_backing.TryChoose(_attachments)) return new SharedMapResult(MapResult.Refused(MapStatus.NoBacking));
            if (attachment.Decision.Verdict == Verdict.Refused) return new SharedMapResult(MapResult.Refused(MapStatus.Refused), refusal: attachment.Decision.Refusal);

            options |= AskedOf(attachment);
            PfnView view = Backing!.View.Slice(offset, length);
            MapPlan plan = _uses.Foresee(attachment, view, offset, direction, options, out LiveUse use);
            if (!plan.Succeeds) return new SharedMapResult(MapResult.Refused(plan.Status, plan.FailedFrame, plan.SegmentCount));
            if (_uses.FindConflict(use) is { } holder)
            {
                _uses.ReturnParts(use.Bounced);
                return new SharedMapResult(MapResult.Refused(MapStatus.WouldDiverge), holder);
            }

            MapResult inner;
            try
            {
                inner = attachment.Mapper.Map(view, direction, segments, options);
            }
            catch
            {
                _uses.ReturnParts(use.Bounced);
                throw;
            }

            if (!inner.IsMapped)
            {
                _uses.ReturnParts(use.Bounced);
                return new SharedMapResult(inner);
            }

            use = _uses.Become(use, inner, plan);
            if (_uses.FindConflict(use) is { } late)
            {
                attachment.Mapper.Unmap(inner.Token);
                _uses.ReturnParts(use.Bounced);
                return new SharedMapResult(MapResult.Refused(MapStatus.WouldDiverge), late);
            }

            return new SharedMapResult(attachment.Enter(inner, _uses.Add(use)));
        }
    }

    internal void Unmap(Attachment attachment, MappingToken token)
    {
        lock (_lock)
        {
            // A mapper that throws breaks its promise; the mapping then stays live, for its copies may.
            Attachment.Record record = attachment.Get(token);
            attachment.Mapper.Unmap(record.Inner);
            attachment.Take(token);
            _uses.Remove(record.Use);
        }
    }

    internal void EndCpuAccess(int use)
    {
        lock (_lock) _uses.Remove(use);
    }

    internal void Detach(Attachment attachment)
    {
        lock (_lock)
        {
            if (attachment.IsDetached) return;
            if (attachment.LiveMappings > 0)
                Throw.Invalid($"{attachment.Name} has {attachment.LiveMappings} live mappings: unmap them before detaching it.");
            attachment.IsDetached = true;
            _attachments.Remove(attachment);
            _constraints = Merge();
        }
    }

    internal void ThrowIfDetached(Attachment attachment)
    {
        ThrowIfDisposed();
        if (attachment.IsDetached) Throw.Invalid($"{attachment.Name} is detached from the buffer.");
    }

    private void CheckRequest(Attachment attachment, long offset, long length, DmaDirection direction)
    {
        Throw.IfRangeOutside(offset, length, Length);
        if (length == 0) Throw.OutOfRange(nameof(length), length, "a mapping has at least 1 byte");
        if ((direction.DeviceAccess() & ~attachment.Importer.Access) != 0)
            Throw.OutOfRange(nameof(direction), direction, $"{attachment.Name} declared that it only does {attachment.Importer.Access}");
    }

    /// <summary>What attachment and policy ask of every mapping.</summary>
    private MapOptions AskedOf(Attachment attachment)
        => attachment.Importer.ZeroCopyOnly || !_policy.AllowsBounce ? MapOptions.ZeroCopy : MapOptions.None;

    private DmaConstraints Merge()
        => _attachments.Aggregate(DmaConstraints.None, (merged, one) => DmaConstraints.Meet(merged, one.Importer.Profile.Device.Constraints));

    private void ThrowIfDisposed()
    {
        if (_disposed) Throw.Disposed(nameof(SharedBuffer));
    }
}
