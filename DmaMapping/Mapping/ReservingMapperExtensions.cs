using System;
using System.Threading;
using System.Threading.Tasks;

namespace DmaMapping;

/// <summary>Shorter forms of what <see cref="IReservingMapper"/> does. None of them adds anything to it.</summary>
public static class ReservingMapperExtensions
{
    /// <summary>Two: both ends of one link.</summary>
    private const int EdgesOfOneLink = 2;

    /// <summary>Reserves with room for the edges of one link.</summary>
    /// <exception cref="System.ArgumentNullException">No mapper.</exception>
    /// <inheritdoc cref="IReservingMapper.Reserve"/>
    public static ReserveResult Reserve(this IReservingMapper mapper, long length)
        => Throw.IfNull(mapper, nameof(mapper)).Reserve(length, EdgesOfOneLink);

    /// <summary>Reserves with room for the edges of one link, and waits until it is there.</summary>
    /// <exception cref="System.ArgumentNullException">No mapper.</exception>
    /// <inheritdoc cref="IReservingMapper.ReserveAsync"/>
    public static ValueTask<ReserveResult> ReserveAsync(this IReservingMapper mapper, long length, CancellationToken cancel)
        => Throw.IfNull(mapper, nameof(mapper)).ReserveAsync(length, EdgesOfOneLink, cancel);
}
