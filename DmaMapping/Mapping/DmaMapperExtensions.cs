using System;
using PfnBuffers;

namespace DmaMapping;

/// <summary>Shorter forms of what <see cref="IDmaMapper"/> does. None of them adds anything to it.</summary>
public static class DmaMapperExtensions
{
    /// <summary>Maps a whole view.</summary>
    /// <inheritdoc cref="IDmaMapper.Map"/>
    public static MapResult Map(this IDmaMapper mapper, scoped in PfnView view, DmaDirection direction, Span<DmaSegment> segments)
        => Throw.IfNull(mapper, nameof(mapper)).Map(view, direction, segments, MapOptions.None);

    /// <summary>What mapping would cost, without its parts.</summary>
    /// <inheritdoc cref="IDmaMapper.Plan"/>
    public static MapPlan Plan(this IDmaMapper mapper, scoped in PfnView view, DmaDirection direction, MapOptions options = MapOptions.None)
        => Throw.IfNull(mapper, nameof(mapper)).Plan(view, direction, options, default);

    /// <summary>Maps a whole view, or throws with the refusal.</summary>
    /// <exception cref="DmaMapException">The mapping was refused.</exception>
    /// <inheritdoc cref="IDmaMapper.Map"/>
    public static MapResult MapOrThrow(
        this IDmaMapper mapper,
        scoped in PfnView view,
        DmaDirection direction,
        Span<DmaSegment> segments,
        MapOptions options = MapOptions.None)
    {
        MapResult result = Throw.IfNull(mapper, nameof(mapper)).Map(view, direction, segments, options);
        if (!result.IsMapped) throw new DmaMapException(mapper.Profile.Device.Name, result);
        return result;
    }

    /// <summary>Maps a whole view until the end of a scope, or throws with the refusal.</summary>
    /// <exception cref="DmaMapException">The mapping was refused.</exception>
    /// <inheritdoc cref="IDmaMapper.Map"/>
    public static MappedScope MapScoped(
        this IDmaMapper mapper,
        scoped in PfnView view,
        DmaDirection direction,
        Span<DmaSegment> segments,
        MapOptions options = MapOptions.None)
    {
        MapResult result = mapper.MapOrThrow(view, direction, segments, options);
        return new MappedScope(mapper, result, segments.Slice(0, result.SegmentCount));
    }

    /// <summary>Makes what the device wrote anywhere in a mapping visible to the CPU.</summary>
    /// <inheritdoc cref="IDmaMapper.SyncForCpu"/>
    public static void SyncForCpu(this IDmaMapper mapper, in MapResult mapping)
        => Throw.IfNull(mapper, nameof(mapper)).SyncForCpu(mapping.Token, 0, mapping.Length);

    /// <summary>Makes what the CPU wrote anywhere in a mapping visible to the device.</summary>
    /// <inheritdoc cref="IDmaMapper.SyncForDevice"/>
    public static void SyncForDevice(this IDmaMapper mapper, in MapResult mapping)
        => Throw.IfNull(mapper, nameof(mapper)).SyncForDevice(mapping.Token, 0, mapping.Length);
}
