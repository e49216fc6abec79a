using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// The life of a shared buffer: a device behind the IOMMU and one that works on copies attach and map; one comes, early or late, that takes the bytes only in one piece
/// and low, for which they move if they are chosen already.
/// </summary>
internal sealed class SharingScene : FaultScene
{
    private const long Length = (5 * 4096) + 100;

    private readonly IDmaMapper _camera;
    private readonly IDmaMapper _copies;
    private readonly FaultyMapper _late;
    private readonly bool _comesLate;
    private readonly bool _isShort;
    private readonly byte[] _bytes = HomeBytes.Noise(Length, 7);
    private readonly DmaSegment[] _segments = new DmaSegment[16];
    private readonly Dictionary<string, Attachment> _attached = [];
    private bool _isFilled;

    /// <summary>A scene without a buffer yet.</summary>
    /// <param name="comesLate">Whether the third device comes when the others have mapped.</param>
    /// <param name="isShort">Whether the pool is too small for the copies of two moments, so that nothing is ever moved.</param>
    internal SharingScene(bool comesLate, bool isShort = false)
    {
        (_comesLate, _isShort) = (comesLate, isShort);
        Pool = new BouncePool(Memory, Slots, new BouncePoolOptions { Length = 2 * 4096, MostLength = (isShort ? 6 : 24) * 4096, GrowBy = 4096, Name = "shared" });
        _camera = Faulty(new IommuMapper(new DmaDevice("camera", new RequesterId(1)), Domain));
        _copies = new BounceMapper(Faulty(new DirectMapper(new DmaDevice("copies", new RequesterId(2)))), Pool, BounceMode.Everything);
        _late = Faulty(new DirectMapper(new DmaDevice("late", new RequesterId(3), DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) })));
    }

    /// <summary>The buffer, while a step has made it and not yet disposed it.</summary>
    private SharedBuffer? Buffer { get; set; }

    internal override IEnumerable<FaultStep> Steps()
    {
        FaultStep[] others = [Filling(), Mapping("camera", 0, Length), Mapping("copies", 4096, _isShort ? 16000 : 9000)];
        FaultStep late = Attaching(_late, isPinned: true);
        FaultStep[] begin = [Making(), Attaching(_camera), Attaching(_copies)];
        if (_isShort) return [.. begin, .. others, Refusing()];
        return _comesLate ? [.. begin, .. others, late, Mapping("late", 0, Length)] : [.. begin, late, .. others, Mapping("late", 100, 5000)];
    }

    protected override string More()
    {
        if (Buffer is null) return string.Empty;
        string said = string.Join(" ", Buffer.Attachments.Select(one => $"{one.Name} {one.Decision.Verdict} {one.LiveMappings}"));
        return $" shared {Buffer.LiveUses} {Buffer.Backing?.View.AddressAt(0)} {said} {(_isFilled ? Holds() : string.Empty)}";
    }

    protected override string? WrongElsewhere(SortedDictionary<ulong, ReachablePage> reached)
    {
        if (!_attached.TryGetValue("camera", out Attachment? camera) || camera.LiveMappings == 0) return null;
        Pfn[] frames = Buffer!.Backing!.View.Frames.ToArray();
        foreach (ulong start in reached.Where(one => one.Value.Physical == frames[0].Value << 12).Select(one => one.Key).ToArray())
        {
            ulong[] iovas = [.. frames.Select((_, i) => start + ((ulong)i << 12))];
            if (!iovas.Select((iova, i) => reached.TryGetValue(iova, out ReachablePage page) && page.Physical == frames[i].Value << 12).All(right => right)) continue;
            foreach (ulong iova in iovas) reached.Remove(iova);
            return null;
        }

        return MemoryThrows.HasHit || HardwareThrows.HasHit ? null : "the camera does not reach the buffer's frames";
    }

    private FaultyMapper Faulty(IDmaMapper mapper) => new(mapper, MapRefused, MapThrows) { Mapped = () => Quietly(Look) };

    private string Holds()
    {
        using CpuAccess cpu = Buffer!.BeginCpuAccess(0, Length, MemoryAccess.Read).Access!;
        var found = new byte[Length];
        cpu.Read(0, found);
        return found.SequenceEqual(_bytes) ? "bytes" : "other bytes";
    }

    private FaultStep Making() => new(
        "making a buffer",
        () =>
        {
            Buffer = new SharedBuffer(new FaultyExporter(new SystemMemoryExporter("memory", Memory, Homes, Length), BackRefused, BackThrows)) { Clock = Clock };
            return null;
        },
        () =>
        {
            SharedBuffer ending = Buffer!;
            Buffer = null;
            ending.Dispose();
        });

    private FaultStep Attaching(IDmaMapper mapper, bool isPinned = false)
    {
        string name = mapper.Profile.Device.Name;
        return new FaultStep(
            $"attaching {name}",
            () =>
            {
                AttachResult result = isPinned
                    ? Buffer!.Attach(mapper, new Importer(mapper.Profile) { ZeroCopyOnly = true })
                    : Buffer!.Attach(mapper, new Importer(mapper.Profile) { IsMovable = true }, new WillingHolder());
                if (!result.IsAttached) return $"Refused: {result}";
                _attached[name] = result.Attachment!;
                return null;
            },
            () =>
            {
                Attachment ending = _attached[name];
                _attached.Remove(name);
                ending.Detach();
            });
    }

    /// <summary>A device for whom the bytes would have to move, and cannot.</summary>
    private FaultStep Refusing() => new(
        "refusing late",
        () => Buffer!.Attach(_late, new Importer(_late.Profile) { ZeroCopyOnly = true }).IsAttached ? "it was attached" : null,
        () => { });

    private FaultStep Filling() => new(
        "filling it",
        () =>
        {
            CpuAccessResult open = Buffer!.BeginCpuAccess(0, Length, MemoryAccess.Write);
            if (!open.IsOpen) return $"{open.Status}: {open.Refusal}";
            using CpuAccess cpu = open.Access!;
            cpu.Write(0, _bytes);
            _isFilled = true;
            return null;
        },
        () => _isFilled = false);

    private FaultStep Mapping(string name, long offset, long length)
    {
        MappingToken token = default;
        return new FaultStep(
            $"mapping for {name}",
            () =>
            {
                SharedMapResult result = _attached[name].Map(offset, length, DmaDirection.ToDevice, _segments);
                if (!result.IsMapped) return $"{result.Mapping.Status}: {result}";
                token = result.Mapping.Token;
                return null;
            },
            () => _attached[name].Unmap(token));
    }

    private sealed class WillingHolder : IMovable
    {
        public void StopDma(MoveNotice notice) => notice.Attachment.ConfirmStopped(notice.Token);

        public void Moved(MoveOutcome outcome)
        {
        }
    }
}
