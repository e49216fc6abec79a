using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class SharedBufferCaller : HostileCaller
{
    internal SharedBufferCaller()
        : base(typeof(SharedBuffer), hasState: true)
    {
        Add("SharedBuffer(IExporter, SharingPolicy)", a =>
        {
            using var made = new SharedBuffer(a.Maybe(a.AnyExporter()), a.Maybe(a.Policy()));
            made.Attach(a.World.Direct.Mapper);
            return made.Report();
        });
        Add("set Clock", a => Ended(new SharedBuffer(a.Small()) { Clock = a.Maybe(TimeProvider.System) }));
        Add("set MoveTimeout", a => Ended(new SharedBuffer(a.Small()) { MoveTimeout = new TimeSpan(a.Long()) }));
        Do("set Policy", a => a.World.Buffers[0].Policy = a.Maybe(a.Policy()));
        Add("Attach(IDmaMapper, Importer, IMovable)", a =>
        {
            SharedBuffer buffer = a.Shared();
            IDmaMapper mapper = a.Seat().Mapper;
            AttachResult result = buffer.Attach(a.Maybe(mapper), a.Below(3) switch { 0 => null, 1 => a.Importer(), _ => new Importer(mapper.Profile) }, a.OneIn(4) ? new HostileMovable(a, buffer) : null);
            if (result.IsAttached) result.Attachment!.Detach();
            else a.Refused();
            return result;
        });
        Add("AttachRaw(Importer, IMovable)", a =>
        {
            SharedBuffer buffer = a.Shared();
            var profile = new MapperProfile(a.Device(), a.One(Addressing.Direct, Addressing.Translated));
            AttachResult result = buffer.AttachRaw(a.Maybe(a.Flag() ? a.Importer() : new Importer(profile) { RawPfns = true }), a.OneIn(4) ? new HostileMovable(a, buffer) : null);
            if (result.IsAttached) result.Attachment!.Detach();
            else a.Refused();
            return result;
        });
        Add("Move(PlacementDemand)", a => a.Flag() ? a.Shared().Move(a.Demand()) : Moved(a, a.Flag() ? default : a.Demand(), one => one));
        Add("BeginCpuAccess(long, long, MemoryAccess)", a =>
        {
            CpuAccessResult result = a.Shared().BeginCpuAccess(a.Within(8192), a.Within(8192), a.Of<MemoryAccess>());
            if (result.IsOpen) a.World.Accesses.Add(result.Access!);
            if (a.World.Accesses.Count <= 3) return result;
            a.World.Accesses[0].Dispose();
            a.World.Accesses.RemoveAt(0);
            return result;
        });
        Add("RecalculateConstraints()", a =>
        {
            SharedBuffer buffer = a.Shared();
            a.Require(buffer.RecalculateConstraints() == buffer.CurrentConstraints, "constraints afresh are the current ones");
            return buffer;
        });
        Add("Report()", a => a.Shared().Report());
        Do("Revoke()", a =>
        {
            using SharedBuffer made = Attached(a);
            made.Revoke();
            made.Revoke();
            a.World.Gone.Revoke();
        });
        Do("Dispose()", a =>
        {
            SharedBuffer buffer = a.Shared();
            if (buffer != a.World.Gone && buffer.LiveUses == 0) return;
            buffer.Dispose();
            a.Require(buffer == a.World.Gone, "a buffer with live uses is not disposed");
        });
        Add("get Length", a => a.Shared());
    }

    private static SharedBuffer Ended(SharedBuffer buffer)
    {
        buffer.Dispose();
        return buffer;
    }

    private static SharedBuffer Attached(HostileArguments a)
    {
        var made = new SharedBuffer(a.Small());
        made.Attach(a.World.Direct.Mapper);
        return made;
    }

    /// <summary>A move with a holder who calls back from within.</summary>
    internal static MoveReport Moved(HostileArguments a, PlacementDemand demand, Func<IMovable, IMovable> around)
    {
        var made = new SharedBuffer(a.Small()) { MoveTimeout = TimeSpan.FromMilliseconds(1) };
        var movable = new HostileMovable(a, made);
        Attachment attachment = made.Attach(a.World.Direct.Mapper, new Importer(a.World.Direct.Mapper.Profile) { IsMovable = true }, around(movable)).Attachment!;
        SharedMapResult mapping = attachment.Map(0, 4096, DmaDirection.Bidirectional, new DmaSegment[4]);
        try
        {
            return made.Move(demand);
        }
        finally
        {
            if (mapping.IsMapped) attachment.Unmap(mapping.Mapping.Token);
            movable.End(attachment);
            a.Require(attachment.LiveMappings == 0, "what was unmapped is gone, moved or not");
            made.Dispose();
        }
    }
}
