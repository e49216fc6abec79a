namespace Conformance;

/// <summary>Kinds of devices that come to share a buffer.</summary>
public enum DeviceClass
{
    /// <summary>Behind an IOMMU, 32 bits of IOVA, any frames.</summary>
    Camera,

    /// <summary>Few segments of at most 64 KiB, 32 bits, works on copies if it must.</summary>
    Processor,

    /// <summary>One segment, 32 bits, no copies, no IOMMU.</summary>
    Display,

    /// <summary>24 bits, no copies.</summary>
    Floppy,

    /// <summary>Takes anything.</summary>
    Network,

    /// <summary>Reaches only from 4 GiB on, no copies.</summary>
    Accelerator,

    /// <summary>Copies everything.</summary>
    Tester,

    /// <summary>Segments at multiples of 64 KiB, works on copies if it must.</summary>
    Codec,

    /// <summary>24 bits, works on copies if it must.</summary>
    SoundCard,

    /// <summary>Four segments of 8 KiB, works on copies if it must: for a longer buffer nothing helps.</summary>
    Scanner,

    /// <summary>Two hundred segments of 3000 bytes, no copies: frames that lie together need fewer of them than frames that do not.</summary>
    Modem,
}
