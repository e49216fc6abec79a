using System;
using System.Collections.Generic;
using System.Diagnostics;
using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// Watches over the mappings of one machine: what <see cref="CheckedMapper"/>s of all its devices make, what the CPU touches, what memory is given
/// back, and what devices access. It finds what Linux's dma-debug finds (kernel/dma/debug.c), and tells for each misuse where the mapping was made.
/// <para>
/// A debugging tool: each mapping costs a walk of the stack and a place in an index of all that is mapped, some microseconds together, and memory. Whoever
/// does not wrap a mapper pays nothing. Nothing is held while a mapper, or who is told of a misuse, is called. Thread-safe.
/// </para>
/// </summary>
public sealed partial class MappingChecker
{
    private readonly object _lock = new();
    private readonly RangeIndex _homes = new();
    private readonly Dictionary<RequesterId, DeviceState> _devices = [];
    private readonly HashSet<MapperBooks> _books = [];
    private readonly EndedMappings _ended;
    private readonly Action<MisuseReport>? _onMisuse;
    private readonly int _mostOverlaps;
    private readonly bool _forbidsSharedWrites;
    private int _live;

    /// <summary>A checker of one machine.</summary>
    /// <param name="options">How strict, and whom it tells; unless given, each misuse throws.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public MappingChecker(MappingCheckerOptions? options = null)
    {
        options ??= new MappingCheckerOptions();
        if (options.MostOverlaps < 1) Throw.OutOfRange(nameof(options.MostOverlaps), options.MostOverlaps, "it must be 1 or more");
        if (options.EndedKept < 0) Throw.OutOfRange(nameof(options.EndedKept), options.EndedKept, "it must be 0 or more");
        _onMisuse = options.OnMisuse;
        _mostOverlaps = options.MostOverlaps;
        _forbidsSharedWrites = options.ForbidsSharedWrites;
        _ended = new EndedMappings(options.EndedKept);
        Quarantine = new Quarantine(this);
    }

    /// <summary>Mappings and reservations that nobody ends any more.</summary>
    public Quarantine Quarantine { get; }

    /// <summary>Mappings and links that live, those in quarantine among them.</summary>
    public int LiveMappings
    {
        get
        {
            lock (_lock) return _live;
        }
    }

    internal object Lock => _lock;

    /// <summary>Tells of a misuse, with nothing held; throws unless somebody else is told.</summary>
    internal void Tell(MisuseReport? misuse)
    {
        if (misuse is null) return;
        Debug.Assert(!System.Threading.Monitor.IsEntered(_lock), "who is told may call anything");
        if (_onMisuse is null) throw new DmaMisuseException(misuse);
        _onMisuse(misuse);
    }

    /// <summary>The same where nobody could catch anything.</summary>
    internal void TellQuietly(MisuseReport misuse)
    {
#pragma warning disable CA1031 // On the collector's thread an exception would end the process.
        try
        {
            _onMisuse?.Invoke(misuse);
        }
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }

    internal void Register(MapperBooks books)
    {
        lock (_lock)
        {
            _books.Add(books);
            StateOf(books.Device.Requester);
        }
    }

    /// <summary>Enters a mapping or link.</summary>
    /// <param name="mapping">The mapping or link.</param>
    /// <param name="reservation">What it is a link of.</param>
    /// <param name="isLate">Whether the device was released while it was made: nobody was told of it then, so it is not entered, and must be ended.</param>
    /// <returns>What is wrong with it beside what lives already; null for nothing. It is entered in any other case.</returns>
    internal MisuseReport? Enter(TrackedMapping mapping, TrackedReservation? reservation, out bool isLate)
    {
        lock (_lock)
        {
            isLate = mapping.Books.Released is not null;
            if (isLate) return null;
            MisuseReport? misuse = OverlapOf(mapping);
            _homes.Add(mapping.Homes);
            StateOf(mapping.Books.Device.Requester).Addresses.Add(mapping.Addresses);
            if (reservation is null) mapping.Books.Mappings[mapping.Token] = mapping;
            else reservation.Links.Add(mapping);
            _live++;
            return misuse;
        }
    }

    /// <summary>Takes a mapping or link out as if it had never been; out of quarantine too, where its device was released meanwhile.</summary>
    internal void Forget(TrackedMapping mapping)
    {
        bool wasKept;
        lock (_lock)
        {
            TakeOut(mapping);
            wasKept = Quarantine.Drop(mapping);
        }

        if (wasKept) MappingMetrics.Quarantined(mapping.Device, -1);
    }

    /// <summary>Ends a mapping or link, and remembers it. Under the lock.</summary>
    internal void End(TrackedMapping mapping, DriverSite ended)
    {
        TakeOut(mapping);
        mapping.Ending = StateOf(mapping.Books.Device.Requester).IsMoving ? MappingEnding.Moved : MappingEnding.Unmapped;
        mapping.Ended = ended;
        _ended.Add(mapping);
    }

    /// <summary>Ends a reservation with its links, and remembers it. Under the lock.</summary>
    internal void End(TrackedReservation reservation, DriverSite ended)
    {
        foreach (TrackedMapping link in reservation.Links.ToArray()) End(link, ended);
        reservation.Books.Reservations.Remove(reservation.Name.Token);
        reservation.Ending = MappingEnding.Unmapped;
        reservation.Ended = ended;
        _ended.Add(reservation);
    }

    /// <summary>Puts a mapping back that its mapper did not end after all: into quarantine, where the device was released meanwhile.</summary>
    internal void Restore(TrackedMapping mapping)
    {
        MapperBooks books = mapping.Books;
        lock (_lock)
        {
            mapping.Ending = MappingEnding.None;
            mapping.Ended = null;
            _homes.Add(mapping.Homes);
            StateOf(books.Device.Requester).Addresses.Add(mapping.Addresses);
            books.Mappings[mapping.Token] = mapping;
            _live++;
            if (books.Released is null) return;
            Quarantine.Take(mapping, MisuseKind.Leak);
        }

        MappingMetrics.Quarantined(books.Device.Name, 1);
        TellQuietly(Misuse.Leaks(books, 1, 0, mapping, null, books.Released));
    }

    private void TakeOut(TrackedMapping mapping)
    {
        _homes.Remove(mapping.Homes);
        StateOf(mapping.Books.Device.Requester).Addresses.Remove(mapping.Addresses);
        if (mapping.Reservation is { } reservation) reservation.Links.Remove(mapping);
        else mapping.Books.Mappings.Remove(mapping.Token);
        _live--;
    }

    private DeviceState StateOf(RequesterId requester)
    {
        if (!_devices.TryGetValue(requester, out DeviceState? state)) _devices.Add(requester, state = new DeviceState());
        return state;
    }

    /// <summary>What is mapped for one device, by its own addresses.</summary>
    private sealed class DeviceState
    {
        internal RangeIndex Addresses { get; } = new();

        /// <summary>Whether it was told to stop for a move, and not yet that it is over.</summary>
        internal bool IsMoving { get; set; }
    }
}
