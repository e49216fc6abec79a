namespace Conformance;

/// <summary>The devices that share a pool, and what is particular about each.</summary>
public enum SpyDevice
{
    /// <summary>Bus addresses below 1 GiB, or a little less.</summary>
    Low,

    /// <summary>Bus addresses, far from the physical ones; everything is copied.</summary>
    Copied,

    /// <summary>IOVAs; not trusted, so partly covered frames are copied.</summary>
    Confined,

    /// <summary>Bus addresses below 1 GiB, in one segment.</summary>
    Contiguous,

    /// <summary>IOVAs; not trusted, and everything is copied.</summary>
    Sealed,

    /// <summary>Bus addresses below 1 GiB, in two small segments.</summary>
    Windowed,

    /// <summary>IOVAs in two small segments; not trusted, so partly covered frames are copied.</summary>
    Narrow,

    /// <summary>Bus addresses below 1 GiB, that share two bits above those of a frame with their home.</summary>
    Keeping,
}
