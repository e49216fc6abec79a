using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Bench;

/// <summary>
/// P6: bouncing against warm copies of the same bytes. The frames are one run, so that the copy it is held to is a single call.
/// Source and destination begin where host pages do; which pages those are still decides what they push out of the second-level
/// cache, so several machines are measured, and the median of each kind is taken.
/// </summary>
internal sealed class BounceBar(TimeSpan budget) : IBar
{
    private const int Machines = 5;

    private static readonly (int Frames, double Most)[] Sizes = [(1, 3), (16, 1.3), (64, 1.2)];
    private static readonly DmaDirection[] Directions = [DmaDirection.ToDevice, DmaDirection.FromDevice];

    /// <inheritdoc/>
    public string Id => "P6";

    /// <inheritdoc/>
    public string Title => "bounce map + unmap; limit column: warm copies of the same bytes, one to the device, two from it";

    /// <inheritdoc/>
    public int RowCount => Sizes.Length * Directions.Length;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Measure()
    {
        Interleaved.WarmUp([.. Sizes.SelectMany(size => Directions.SelectMany(direction => Contestants(size.Frames, direction)))]);
        foreach (DmaDirection direction in Directions)
        {
            foreach ((int frames, double most) in Sizes) yield return Row(frames, most, direction);
        }
    }

    private static IContestant[] Contestants(int frames, DmaDirection direction)
    {
        BounceMachine machine = new();
        PfnBuffer buffer = new(BounceMachine.Frames(frames), PageSize.Size4K);
        BounceCheck.Run(machine, buffer, direction);
        return [new MapLoop("bounce", machine.Mapper, buffer, direction), new WarmCopy(machine, frames, direction == DmaDirection.FromDevice)];
    }

    private BarRow Row(int frames, double most, DmaDirection direction)
    {
        double[] took = Interleaved.Measure([.. Enumerable.Range(0, Machines).SelectMany(_ => Contestants(frames, direction))], budget);
        double ours = Interleaved.Median([.. took.Where((_, i) => i % 2 == 0)]), copies = Interleaved.Median([.. took.Where((_, i) => i % 2 == 1)]);
        return new BarRow
        {
            Id = Id,
            Case = direction == DmaDirection.ToDevice ? "to device" : "from device",
            Layout = Layout.Contiguous,
            Pages = frames,
            Ours = ours / frames,
            Limit = copies / frames,
            Unit = "ns/page",
            Bar = $"<= {most}x the copies",
            Value = $"{Numbers.Show(ours / copies)}x",
            Ok = ours <= most * copies,
        };
    }
}
