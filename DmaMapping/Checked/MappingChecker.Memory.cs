using System;
using System.Collections.Generic;
using PfnBuffers;

namespace DmaMapping;

/// <summary>What the CPU does to memory that is mapped.</summary>
public sealed partial class MappingChecker
{
    /// <summary>Ranges of memory that are remembered after they were given back.</summary>
    private const int MostGivenBack = 1024;

    /// <summary>The newest last.</summary>
    private readonly List<(ulong Start, long Length, DriverSite By)> _givenBack = [];

    /// <summary>
    /// Asks whether the CPU may touch bytes of a view now: what a device has, from mapping to unmapping, is the CPU's only between a
    /// <see cref="IDmaMapper.SyncForCpu"/> and the next <see cref="IDmaMapper.SyncForDevice"/> of it. That is so for every mapper: one that copies nothing today may be wrapped by one
    /// that does tomorrow. Reading what a device only reads is no harm. Not looked at are mappings that are never copied (<see cref="MapOptions.ZeroCopy"/>, as
    /// coherent memory is) and such as take turns, which the shared buffer keeps.
    /// </summary>
    /// <param name="view">The bytes.</param>
    /// <param name="access">What the CPU is going to do.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such access, or a frame beyond 2^64 bytes.</exception>
    /// <exception cref="DmaMisuseException">A device has them.</exception>
    public void CheckCpuAccess(scoped in PfnView view, MemoryAccess access)
    {
        CheckAccess(access);
        foreach (FrameRun run in view.Runs) CheckCpuAccess(run.Address, run.Length, access);
    }

    /// <summary>The same of a range of physical memory.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="length">Bytes, 0 or more.</param>
    /// <param name="access">What the CPU is going to do.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative length, or no such access.</exception>
    /// <exception cref="DmaMisuseException">A device has them.</exception>
    public void CheckCpuAccess(PhysicalAddress address, long length, MemoryAccess access)
    {
        if (length < 0) Throw.OutOfRange(nameof(length), length, "it must be 0 or more");
        CheckAccess(access);
        if (length == 0) return;
        MisuseReport? misuse = null;
        lock (_lock)
        {
            var found = new List<MappedRange>();
            _homes.Find(address.Value, length, found);
            foreach (MappedRange home in found)
            {
                if (misuse is null && !MayTouch(home, address.Value, length, access)) misuse = Misuse.CpuTouches(home.Mapping, address, length, access);
            }
        }

        Tell(misuse);
    }

    /// <summary>Asks whether the frames of a view may be given back now: nothing of them is mapped, nor in quarantine.</summary>
    /// <param name="view">The frames; all of each, whatever of it the view covers.</param>
    /// <exception cref="ArgumentOutOfRangeException">A frame beyond 2^64 bytes.</exception>
    /// <exception cref="DmaMisuseException">Something of them is mapped.</exception>
    public void CheckFree(scoped in PfnView view)
    {
        foreach (FrameRun run in view.Runs) CheckFree(run.Start.ToAddress(view.PageSize), (long)run.FrameCount << view.PageSize.Shift);
    }

    /// <summary>The same of a range of physical memory.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="length">Bytes, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative length.</exception>
    /// <exception cref="DmaMisuseException">Something of them is mapped.</exception>
    public void CheckFree(PhysicalAddress address, long length)
    {
        if (length < 0) Throw.OutOfRange(nameof(length), length, "it must be 0 or more");
        if (length == 0) return;
        MisuseReport? misuse = null;
        lock (_lock)
        {
            var found = new List<MappedRange>();
            _homes.Find(address.Value, length, found);
            if (found.Count > 0) misuse = Misuse.FreesMapped(found[found.Count - 1].Mapping, address, length);
        }

        Tell(misuse);
    }

    /// <summary>Memory was given back: from now on no device that takes raw pfns may touch it.</summary>
    internal void GaveBack(scoped in PfnView view)
    {
        DriverSite by = DriverSites.Find();
        foreach (FrameRun run in view.Runs) GaveBack(run.Start.ToAddress(view.PageSize), (long)run.FrameCount << view.PageSize.Shift, by);
    }

    internal void GaveBack(PhysicalAddress address, long length, DriverSite by)
    {
        lock (_lock)
        {
            while (_givenBack.Count >= MostGivenBack) _givenBack.RemoveAt(0);
            _givenBack.Add((address.Value, length, by));
        }
    }

    /// <summary>Memory was handed out again.</summary>
    internal void GaveOut(scoped in PfnView view)
    {
        foreach (FrameRun run in view.Runs) GaveOut(run.Start.ToAddress(view.PageSize), (long)run.FrameCount << view.PageSize.Shift);
    }

    internal void GaveOut(PhysicalAddress address, long length)
    {
        ulong start = address.Value, last = start + (ulong)length - 1;
        lock (_lock)
        {
            for (int i = _givenBack.Count - 1; i >= 0; i--)
            {
                (ulong oldStart, long oldLength, DriverSite by) = _givenBack[i];
                ulong oldLast = oldStart + (ulong)oldLength - 1;
                if (oldStart > last || oldLast < start) continue;

                // What lies before and after is still nobody's.
                _givenBack.RemoveAt(i);
                if (oldLast > last) _givenBack.Insert(i, (last + 1, (long)(oldLast - last), by));
                if (oldStart < start) _givenBack.Insert(i, (oldStart, (long)(start - oldStart), by));
            }
        }
    }

    private static void CheckAccess(MemoryAccess access)
    {
        if (access is < MemoryAccess.Read or > MemoryAccess.ReadWrite) Throw.OutOfRange(nameof(access), access, "it must be Read, Write or ReadWrite");
    }

    private bool MayTouch(in MappedRange home, ulong address, long length, MemoryAccess access)
    {
        TrackedMapping mapping = home.Mapping;
        if (mapping.IsInPlaceForSure || mapping.TakesTurns) return true;
        if (!mapping.DeviceWrites && (access & MemoryAccess.Write) == 0) return true;
        if (StateOf(mapping.Books.Device.Requester).IsMoving) return true;
        ulong first = Math.Max(address, home.Start);
        return mapping.WithCpu.Contains(home.Offset + (long)(first - home.Start), Misuse.Common(home, address, length));
    }
}
