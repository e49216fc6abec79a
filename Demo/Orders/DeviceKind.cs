using System;
using System.Collections.Generic;
using System.Linq;
using DmaMapping;
using PfnBuffers;

namespace Demo;

/// <summary>A kind of device that can be in a set: what it is, and how it attaches and maps.</summary>
internal sealed class DeviceKind
{
    private readonly ushort _requester;
    private readonly DmaConstraints _constraints;
    private readonly Func<OrdersBench, DmaDevice, IDmaMapper?> _mapper;
    private readonly Func<Importer, Importer> _declare;

    private DeviceKind(string name, string description, ushort requester, DmaConstraints constraints, Func<OrdersBench, DmaDevice, IDmaMapper?> mapper, Func<Importer, Importer> declare)
    {
        Name = name;
        Description = description;
        _requester = requester;
        _constraints = constraints;
        _mapper = mapper;
        _declare = declare;
    }

    /// <summary>All that there are.</summary>
    internal static IReadOnlyList<DeviceKind> All { get; } =
    [
        new("camera", "behind an IOMMU, which makes any frames do; lets its bytes be moved", 0x10, default,
            (bench, device) => new IommuMapper(device, bench.Domain), importer => new Importer(importer) { IsMovable = true, Access = MemoryAccess.Write }),
        new("display", "no IOMMU; reaches 4 GiB, takes one run of frames, and no copies", 0x18, DmaConstraints.ContiguousOnly with { Window = DmaWindow.OfBits(32) },
            (_, device) => new DirectMapper(device), importer => new Importer(importer) { ZeroCopyOnly = true, Access = MemoryAccess.Read }),
        new("codec", "no IOMMU; reaches 4 GiB, frame by frame; can work on copies", 0x20, new DmaConstraints { Window = DmaWindow.OfBits(32) },
            (bench, device) => new BounceMapper(new DirectMapper(device), bench.Pool), importer => importer),
        new("gpu", "no mapping: takes the pfns raw, from anywhere, and keeps them", 0x28, default,
            (_, _) => null, importer => new Importer(importer) { RawPfns = true }),
    ];

    internal static string AllNames => string.Join(", ", All.Select(kind => kind.Name));

    internal string Name { get; }

    internal string Description { get; }

    internal AttachResult Attach(OrdersBench bench)
    {
        var device = new DmaDevice(Name, new RequesterId(_requester), _constraints);
        IDmaMapper? mapper = _mapper(bench, device);
        Importer importer = _declare(new Importer(mapper?.Profile ?? new MapperProfile(device, Addressing.Direct)));
        IMovable? movable = importer.IsMovable ? new WillingHolder() : null;
        return mapper is null ? bench.Buffer.AttachRaw(importer, movable) : bench.Buffer.Attach(mapper, importer, movable);
    }

    /// <summary>Takes all bytes of the buffer, in the way of the device.</summary>
    internal static void TakeAll(Attachment attachment, long length)
    {
        var direction = (DmaDirection)attachment.Importer.Access;
        SharedMapResult result = attachment.Importer.RawPfns
            ? attachment.TakePfns(0, length, direction, out _)
            : attachment.Map(0, length, direction, new DmaSegment[PageSize.Size4K.FramesFor(length)]);
        if (!result.IsMapped) throw new InvalidOperationException($"{attachment.Name} was let in and cannot map: {result}");
    }
}
