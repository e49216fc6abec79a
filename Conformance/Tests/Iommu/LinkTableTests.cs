using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;
using static Conformance.Tests.LinkRig;

namespace Conformance.Tests;

/// <summary>The tables under links: which there are, what stands in them, and what the hardware is asked to forget of them.</summary>
public class LinkTableTests
{
    public static TheoryData<string, int> Borders
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (KnownFormat format in KnownFormat.All)
            {
                data.Add(format.Name, 512);
                data.Add(format.Name, 1 << 18);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Borders))]
    public void A_link_across_tables_goes_whole_and_its_neighbours_stay(string format, int border)
    {
        var rig = new LinkRig(format: KnownFormat.Named(format));
        IovaReservation room = rig.Reserve((border + 1024) * Granule);
        Pfn[] front = Given.Frames(0x10000, 10, 2), across = Given.Frames(0x20000, 20, 2), back = Given.Frames(0x30000, 10, 2);
        long at = (border - 12) * Granule;
        rig.Link(room, at - (10 * Granule), front);
        rig.Link(room, at + (20 * Granule), back);
        rig.Link(room, at, across);
        Assert.Equal([.. Small(at - (10 * Granule), front), .. Small(at, across), .. Small(at + (20 * Granule), back)], rig.Pages(room));
        Assert.Empty(rig.TakeAsked(room));

        rig.Mapper.Unlink(room, at, 20 * Granule);
        Assert.Equal([.. Small(at - (10 * Granule), front), .. Small(at + (20 * Granule), back)], rig.Pages(room));
        Assert.Equal([(at, 20 * Granule)], rig.TakeAsked(room));

        // Its tables end with the reservation: then all of it is forgotten, once.
        rig.Mapper.Release(room);
        Assert.Equal([(0L, (border + 1024) * Granule)], rig.TakeAsked(room));
        Assert.Equal(rig.Start, rig.State());
    }

    [Theory]
    [InlineData(Table)]
    [InlineData(Huge)]
    public void A_large_page_goes_with_its_entry_and_nothing_else_is_written(long large)
    {
        var rig = new LinkRig();
        IovaReservation room = rig.Reserve(2 * large);
        long tables = rig.Domain.TableBytes;
        PageSize size = large == Table ? PageSize.Size2M : PageSize.Size1G;
        Pfn[] frames = [new((8ul << 30) >> size.Shift)];
        rig.Memory.Access(new PhysicalAddress(8ul << 30), Granule).Fill(0x5A);
        rig.Link(room, large, frames, size);
        Assert.Equal([(large, 8ul << 30, large)], rig.Pages(room));

        // There was nothing in its place, so nothing is to be forgotten.
        Assert.Empty(rig.TakeAsked(room));
        rig.Mapper.Unlink(room, large, large);
        Assert.Empty(rig.Pages(room));
        Assert.Equal([(large, large)], rig.TakeAsked(room));
        Assert.Equal(-1, rig.Memory.Access(new PhysicalAddress(8ul << 30), Granule).IndexOfAnyExcept((byte)0x5A));

        // No table was needed, so of the reservation as a whole nothing is known.
        rig.Link(room, large, frames, size);
        Assert.Equal(tables, rig.Domain.TableBytes);
        rig.Mapper.Release(room);
        Assert.Equal([(large, large)], rig.TakeAsked(room));
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void Pages_of_1_GiB_stand_where_small_links_were_after_the_hardware_forgot_their_tables()
    {
        var rig = new LinkRig();
        IovaReservation room = rig.Reserve((2 * Huge) + Table);
        long tables = rig.Domain.TableBytes;
        Pfn[] frame = Given.Frames(0x10000, 1);
        foreach (long at in new[] { 0, Huge - Granule, Huge + Table })
        {
            rig.Link(room, at, frame);
            rig.Mapper.Unlink(room, at, Granule);
        }

        rig.Link(room, 2 * Huge, frame);
        Assert.Equal(Small(2 * Huge, frame), rig.Pages(room));
        Assert.Equal(tables + (7 * Granule), rig.Domain.TableBytes);
        rig.TakeAsked(room);

        // When the hardware is told, it finds the tables no more. Those of the third GiB stay: somebody is linked there.
        int then = 0;
        rig.Told = () => then = rig.Tables();
        rig.Link(room, 0, Given.Frames(8, 2), PageSize.Size1G);
        rig.Told = null;
        Assert.Equal((tables / Granule) + 2, then);
        Assert.Equal([(0L, 2 * Huge)], rig.TakeAsked(room));
        Assert.Equal([(0L, 8ul << 30, Huge), (Huge, 9ul << 30, Huge), .. Small(2 * Huge, frame)], rig.Pages(room));
        Assert.Equal(tables + (2 * Granule), rig.Domain.TableBytes);

        // And back again: the tables were kept for it.
        rig.Mapper.Unlink(room, 0, 2 * Huge);
        Assert.Equal([(0L, 2 * Huge)], rig.TakeAsked(room));
        rig.Link(room, Huge + Table, frame);
        Assert.Equal([.. Small(Huge + Table, frame), .. Small(2 * Huge, frame)], rig.Pages(room));
        rig.Mapper.Release(room);
        Assert.Equal([(0L, (2 * Huge) + Table)], rig.TakeAsked(room));
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void A_reservation_whose_tables_gave_way_to_a_large_page_has_none_to_be_forgotten()
    {
        var rig = new LinkRig();
        IovaReservation room = rig.Reserve(2 * Table);
        rig.Link(room, Granule, Given.Frames(0x10000, 1));
        rig.Mapper.Unlink(room, Granule, Granule);
        rig.Link(room, 0, [new Pfn(0x80)], PageSize.Size2M);
        Assert.Equal([(Granule, Granule), (0, Table)], rig.TakeAsked(room));
        Assert.Equal([(0L, 0x80ul << 21, Table)], rig.Pages(room));
        rig.Mapper.Release(room);
        Assert.Equal([(0L, Table)], rig.TakeAsked(room));
        Assert.Equal(rig.Start, rig.State());
    }

    [Fact]
    public void Of_reservations_side_by_side_each_ends_alone()
    {
        var rig = new LinkRig(4 * Table);
        IovaReservation[] rooms = [.. Enumerable.Range(0, 4).Select(_ => rig.Reserve(Table)).OrderBy(room => room.Address.Value)];
        Assert.Equal(Enumerable.Range(0, 4).Select(i => Base + (ulong)(i * Table)), rooms.Select(room => room.Address.Value));
        for (int i = 0; i < 4; i++) rig.Link(rooms[i], 3 * Granule, Given.Frames((ulong)(i + 1) << 16, 2, 2));
        bool[] ended = new bool[4];
        foreach (int i in new[] { 1, 3, 0, 2 })
        {
            rig.Mapper.Release(rooms[i]);
            ended[i] = true;
            Assert.Equal([(0L, Table)], rig.TakeAsked(rooms[i]));
            int[] left = [.. Enumerable.Range(0, 4).Where(one => !ended[one])];
            Assert.Equal(left.SelectMany(static one => Small((one * Table) + (3 * Granule), Given.Frames((ulong)(one + 1) << 16, 2, 2))), rig.Pages(rooms[0]));
        }

        Assert.Equal(rig.Start, rig.State());
    }

    [Theory]
    [InlineData(512, 2)]
    [InlineData(513, 3)]
    [InlineData(1024, 3)]
    [InlineData(1025, 4)]
    [InlineData(1 << 18, 513)]
    [InlineData((1 << 18) + 1, 515)]
    public void A_reservation_takes_the_tables_that_its_granules_need_and_no_more(int granules, int tables)
    {
        // Of a block that is smaller than 1 GiB, the table that its own stand in comes with them.
        var rig = new LinkRig(4 * Huge);
        long frames = rig.Frames.FreeFrames;
        IovaReservation room = rig.Reserve(granules * Granule);
        Assert.Equal(tables, frames - rig.Frames.FreeFrames);
        rig.Mapper.Release(room);
        Assert.Equal(rig.Start, rig.State());
    }
}
