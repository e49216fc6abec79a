using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A buffer that devices share. An exporter backs it; devices attach with their mappers, and each maps and unmaps when it
/// chooses. Frames are chosen late, at the first mapping or CPU access, for everyone who is attached by then; that fixes
/// everyone's verdict. A device that comes later is served where the frames are, by moving the bytes, or by copies; a live
/// mapping is never changed by that unless its owner declared itself movable, and was told first.
/// <para>
/// Bytes have one home, the frames. While a copy of a byte lives (a bounced mapping), nobody else may hold the byte if one
/// of the two may write it, unless both take turns: mapping answers <see cref="MapStatus.WouldDiverge"/> and names who holds it.
/// </para>
/// Thread-safe. Mappers and exporters are called under the buffer's lock, so they must not call back into the buffer;
/// <see cref="IMovable"/> is called without it, and may. Disposing detaches everyone and gives the frames back.
/// </summary>
public sealed class SharedBuffer : IDisposable
{
    /// <summary>A newcomer for whom bytes move is decided for again afterwards; so often at most, if others keep coming between.</summary>
    private const int MostMoves = 3;

    private readonly BufferCore _core;
    private readonly SharedMapper _mapper;
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly TimeSpan _moveTimeout = TimeSpan.FromSeconds(1);
    private DmaConstraints _constraints;

    /// <summary>A buffer without attachments or frames yet.</summary>
    /// <param name="exporter">Backs it; called by this buffer alone, one call at a time.</param>
    /// <param name="policy">What deciding may choose; everything unless said.</param>
    /// <exception cref="ArgumentNullException">No exporter.</exception>
    /// <exception cref="ArgumentException">The exporter has no bytes, or absent memory.</exception>
    public SharedBuffer(IExporter exporter, SharingPolicy? policy = null)
    {
        Throw.IfNull(exporter, nameof(exporter));
        if (exporter.Length < 1) Throw.Argument(nameof(exporter), $"{exporter.Name} exports {exporter.Length} bytes; a buffer has at least 1.");
        if (exporter.Length > long.MaxValue - PageSize.Size4K.Bytes) Throw.Argument(nameof(exporter), $"{exporter.Name} exports {exporter.Length} bytes; a buffer has at most 2^63 - 4097.");
        if (exporter.Kind == MemoryKind.Absent) Throw.Argument(nameof(exporter), $"{exporter.Name} exports absent memory.");
        _core = new BufferCore(exporter, policy ?? SharingPolicy.Default);
        _mapper = new SharedMapper(_core);
    }

    /// <summary>Bytes of the buffer.</summary>
    public long Length => _core.Exporter.Length;

    /// <summary>Who backs it.</summary>
    public string Exporter => _core.Exporter.Name;

    /// <summary>What kind of memory it is.</summary>
    public MemoryKind Kind => _core.Exporter.Kind;

    /// <summary>The clock by which holders are given time to stop; the system's unless set.</summary>
    /// <exception cref="ArgumentNullException">No clock.</exception>
    public TimeProvider Clock
    {
        get => _clock;
        init => _clock = Throw.IfNull(value, nameof(Clock));
    }

    /// <summary>How long all holders together may take to stop before a move; more than none, at most a day; 1 second unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another time.</exception>
    public TimeSpan MoveTimeout
    {
        get => _moveTimeout;
        init
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1)) Throw.OutOfRange(nameof(MoveTimeout), value, "it must be more than none, and at most a day");
            _moveTimeout = value;
        }
    }

    /// <summary>The frames; null until the first mapping or CPU access. Another buffer after each move.</summary>
    public PfnBuffer? Backing
    {
        get
        {
            lock (_core.Lock) return _core.Backing.Frames;
        }
    }

    /// <summary>What deciding may choose. Setting it changes what is decided from then on, and no verdict that was given.</summary>
    /// <exception cref="ArgumentNullException">No policy.</exception>
    public SharingPolicy Policy
    {
        get
        {
            lock (_core.Lock) return _core.Policy;
        }

        set
        {
            Throw.IfNull(value, nameof(Policy));
            lock (_core.Lock) _core.Policy = value;
        }
    }

    /// <summary>What was asked of the frames when they were chosen; what would be asked now where they are not.</summary>
    public PlacementDemand Demand
    {
        get
        {
            lock (_core.Lock) return _core.Backing.DemandOf(_core.Attachments);
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
            lock (_core.Lock) return _constraints;
        }
    }

    /// <summary>Those who are attached, in the order in which they came.</summary>
    public IReadOnlyList<Attachment> Attachments
    {
        get
        {
            lock (_core.Lock) return [.. _core.Attachments];
        }
    }

    /// <summary>Mappings, holds of pfns and CPU accesses that are live.</summary>
    public int LiveUses
    {
        get
        {
            lock (_core.Lock) return _core.Uses.Count;
        }
    }

    /// <summary>The merged constraints afresh from those who are attached, for the paranoid; always equal to <see cref="CurrentConstraints"/>.</summary>
    public DmaConstraints RecalculateConstraints()
    {
        lock (_core.Lock) return _core.Merge();
    }

    /// <summary>
    /// Attaches a device, or refuses it with a reason. Nothing is mapped for it. Where the bytes must move for it, holders who
    /// are movable are told, and the call waits for them, <see cref="MoveTimeout"/> at most; nobody else is touched.
    /// </summary>
    /// <param name="mapper">Maps for the device.</param>
    /// <param name="importer">What the device declares; made from <paramref name="mapper"/>'s profile; nothing beyond it unless said.</param>
    /// <param name="movable">Is told when the bytes move; for an importer that is movable, and for no other.</param>
    /// <exception cref="ArgumentNullException">No mapper.</exception>
    /// <exception cref="ArgumentException">The declaration is about another mapper, or takes raw pfns, or does not agree with
    /// <paramref name="movable"/>; or a device of that name is attached already.</exception>
    /// <exception cref="InvalidOperationException">The buffer is disposed or revoked.</exception>
    public AttachResult Attach(IDmaMapper mapper, Importer? importer = null, IMovable? movable = null)
    {
        Throw.IfNull(mapper, nameof(mapper));
        MapperProfile profile = Throw.IfNull(mapper.Profile, nameof(mapper));
        importer ??= new Importer(profile);
        if (importer.RawPfns) Throw.Argument(nameof(importer), $"{importer.Name} takes raw pfns, which are not mapped: use AttachRaw.");
        if (!ReferenceEquals(importer.Profile.Device, profile.Device))
            Throw.Argument(nameof(importer), $"The declaration is about {importer.Profile.Device}, the mapper maps for {profile.Device}: make it with new Importer(mapper.Profile).");
        return Attach(importer, mapper, movable);
    }

    /// <summary>Attaches a device that takes raw pfns (T8 of the thread), or refuses it; else as <see cref="Attach(IDmaMapper, Importer?, IMovable?)"/>.</summary>
    /// <param name="importer">What the device declares, <see cref="Importer.RawPfns"/> among it.</param>
    /// <param name="movable">Is told when the bytes move; for an importer that is movable, and for no other.</param>
    /// <exception cref="ArgumentNullException">No declaration.</exception>
    /// <exception cref="ArgumentException">The declaration does not take raw pfns, or its profile translates, or it does not
    /// agree with <paramref name="movable"/>; or a device of that name is attached already.</exception>
    /// <exception cref="InvalidOperationException">The buffer is disposed or revoked.</exception>
    public AttachResult AttachRaw(Importer importer, IMovable? movable = null)
    {
        if (!Throw.IfNull(importer, nameof(importer)).RawPfns) Throw.Argument(nameof(importer), $"{importer.Name} did not declare that it takes raw pfns: attach it with its mapper.");
        if (importer.Profile.Addressing != Addressing.Direct) Throw.Argument(nameof(importer), $"{importer.Name} takes raw pfns, and its profile says {importer.Profile.Addressing}: pfns are not translated, so say Direct.");
        return Attach(importer, null, movable);
    }

    /// <summary>
    /// Moves the bytes to other frames that serve everyone who is attached: for an exporter, or whoever looks after the memory.
    /// Holders are told and waited for as when a device attaches. Without a backing there is nothing to move.
    /// </summary>
    /// <param name="wish">What is asked of the new frames beyond that.</param>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public MoveReport Move(PlacementDemand wish = default)
    {
        MoveAttempt? attempt;
        lock (_core.Lock)
        {
            _core.ThrowIfDisposed();
            SharingState state = _core.Snapshot();
            string? lack = _core.IsRevoked ? "the buffer was revoked"
                : _core.IsMoveUnderWay ? "another move is under way"
                : state.Backing is null ? "no frames are chosen yet"
                : Kind != MemoryKind.PageBacked ? $"{Kind} memory is not copied"
                : state.Holdings.FirstOrDefault(held => !held.IsMovable) is { } pinned ? $"{pinned.Holder} holds bytes and is not movable"
                : null;
            MoveObstacle obstacle = default;
            attempt = lack is null ? NewMover().TryBegin(state, null, wish, out obstacle) : null;
            if (attempt is null) return new MoveReport(false, lack ?? obstacle.ToString(), [], []);
        }

        return NewMover().Run(attempt, "the exporter", out _);
    }

    /// <summary>
    /// Opens the bytes to the CPU. An open access is a use like a mapping: it is refused while a device holds a copy of one
    /// of the bytes and one of the two may write, and devices are refused copies while it is open. Beside devices that take
    /// turns it is a turn.
    /// </summary>
    /// <param name="offset">Offset in the buffer.</param>
    /// <param name="length">Bytes from there.</param>
    /// <param name="access">What the CPU does to them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the buffer, or the access is none.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public CpuAccessResult BeginCpuAccess(long offset, long length, MemoryAccess access)
    {
        Throw.IfRangeOutside(offset, length, Length);
        if (access is < MemoryAccess.Read or > MemoryAccess.ReadWrite) Throw.OutOfRange(nameof(access), access, "it must be Read, Write or ReadWrite");
        return _mapper.Open(offset, length, access);
    }

    /// <summary>
    /// Says that the exporter is gone: all mappings end at once, so that devices behind an IOMMU fault, and copies go home. What is
    /// held is still to be unmapped, put back or closed, which succeeds; nothing can be attached, mapped or opened anew. The frames
    /// go back when the buffer is disposed, for a device without an IOMMU may reach them until its driver has unmapped: then
    /// the slots of its copies go back. Further calls do nothing.
    /// </summary>
    public void Revoke() => _mapper.Revoke(null);

    /// <summary>
    /// What there is at this moment: frames, constraints, attachments, live uses and a move under way, all of the same moment.
    /// Changes nothing and chooses no frames; while the bytes move it does not wait for holders. Costs O(attachments + live uses).
    /// </summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public SharedBufferReport Report()
    {
        SharedBufferReport? report = TryReport();
        if (report is null) Throw.Disposed(nameof(SharedBuffer));
        return report;
    }

    /// <summary>Detaches everyone and gives the frames back. Further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">Bytes are mapped, held or open to the CPU, or about to move; nothing was changed.</exception>
    public void Dispose()
    {
        lock (_core.Lock)
        {
            if (_core.IsDisposed) return;
            if (_core.Move is not null) Throw.Invalid("The bytes are about to move: dispose the buffer when that is over.");
            if (_core.Uses.Count > 0) Throw.Invalid($"{_core.Uses.Count} mappings, holds or CPU accesses of the buffer are live ({_core.HolderNames()}): end them before disposing it.");
            _core.IsDisposed = true;
            foreach (Attachment attachment in _core.Attachments) attachment.IsDetached = true;
            _core.Attachments.Clear();
            _constraints = _core.Merge();
            foreach (SharedBufferDirectory directory in _core.Directories) directory.Strike(this);
            _core.Directories.Clear();
            _core.Backing.Release();
        }
    }

    /// <summary>A report; null where the buffer is disposed.</summary>
    internal SharedBufferReport? TryReport()
    {
        lock (_core.Lock) return _core.IsDisposed ? null : new SharedBufferReport(_core, _constraints);
    }

    internal void Enter(SharedBufferDirectory directory)
    {
        lock (_core.Lock)
        {
            _core.ThrowIfDisposed();
            if (!directory.TryList(this)) Throw.Argument("buffer", $"The buffer from {Exporter} is in the directory already.");
            _core.Directories.Add(directory);
        }
    }

    internal void Detach(Attachment attachment)
    {
        lock (_core.Lock)
        {
            if (attachment.IsDetached) return;
            if (attachment.LiveMappings > 0)
                Throw.Invalid($"{attachment.Name} has {attachment.LiveMappings} live mappings or holds: unmap them, or put them back, before detaching it.");
            attachment.IsDetached = true;
            _core.Attachments.Remove(attachment);
            _constraints = _core.Merge();
        }
    }

    internal bool ConfirmStopped(Attachment attachment, MoveToken token)
    {
        if (token == default) Throw.Argument(nameof(token), "The token names no move notice: it is the default value.");
        lock (_core.Lock)
        {
            if (_core.Move is not { } move || move.Told.FirstOrDefault(one => one.Token == token) is not { } told) return false;
            if (!ReferenceEquals(told.Attachment, attachment)) Throw.Argument(nameof(token), $"{token} was given to {told.Attachment.Name}, not to {attachment.Name}.");
            if (move.HasExpired) return false;
            told.HasConfirmed = true;
            Monitor.PulseAll(_core.Lock);
            return true;
        }
    }

    private Mover NewMover() => new(_core, Clock, MoveTimeout);

    private AttachResult Attach(Importer importer, IDmaMapper? mapper, IMovable? movable)
    {
        if (importer.IsMovable != movable is not null)
            Throw.Argument(nameof(movable), importer.IsMovable ? $"{importer.Name} declares to be movable, so give the IMovable that is told when it is." : $"{importer.Name} does not declare to be movable: set Importer.IsMovable.");

        if (importer.Name == SharingState.Cpu) Throw.Argument(nameof(importer), $"No device is named {SharingState.Cpu}: that is how the CPU's own accesses are told of.");

        MoveObstacle obstacle = default;
        MoveReport? report = null;
        for (int moves = 0; ; moves++)
        {
            MoveAttempt attempt;
            Mover mover = NewMover();
            lock (_core.Lock)
            {
                _core.ThrowIfDisposed();
                if (_core.IsRevoked) Throw.Invalid("The buffer was revoked: its exporter is gone.");
                if (_core.Attachments.Exists(a => a.Importer.Name == importer.Name))
                    Throw.Argument(nameof(importer), $"A device named {importer.Name} is attached already: detach it first, or give this one another name.");
                if (_core.IsMoveUnderWay) obstacle = MoveObstacle.MoveUnderWay;
                else if (moves == MostMoves) obstacle = MoveObstacle.NoRoom("that others keep coming between");
                SharingState state = _core.Snapshot(obstacle);
                Decision decision = AttachDecision.Decide(state, importer);
                if (decision.Verdict != Verdict.Move) return Settle(decision);
                if (mover.TryBegin(state, importer, default, out MoveObstacle lack) is not { } begun)
                {
                    // The next way, then.
                    return Settle(AttachDecision.Decide(_core.Snapshot(lack), importer));
                }

                attempt = begun;
            }

            report = mover.Run(attempt, importer.Name, out obstacle);
        }

        AttachResult Settle(Decision decision)
        {
            if (decision.Verdict == Verdict.Refused)
            {
                // Whoever or whatever stands against a move, would there be room if not? Advice that leaves that out would be half of it.
                if (!obstacle.IsMet && decision.Refusal!.Causes.Any(cause => cause.Way == Verdict.Move) && NewMover().FindLack(_core.Snapshot(), importer) is { IsMet: true } lack)
                    decision = AttachDecision.Decide(_core.Snapshot(lack), importer);
                return new AttachResult(null, decision, report);
            }

            var attachment = new Attachment(this, _mapper, mapper, importer, movable, decision);
            _core.Attachments.Add(attachment);
            _constraints = DmaConstraints.Meet(_constraints, importer.Profile.Device.Constraints);
            return new AttachResult(attachment, report is { HasMoved: true } ? decision.AfterMove() : decision, report);
        }
    }
}
