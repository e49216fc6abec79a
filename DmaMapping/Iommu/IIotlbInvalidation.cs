using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// What a domain's driver asks of the IOMMU hardware when it takes a mapping away: to forget what it has cached of it.
/// Thread-safe. When a call returns, no access that used a forgotten translation is still under way (a drained
/// invalidation, VT-d section 6.5.2.3). Calls must not throw: hardware that does not answer is to be waited for or reset. Where one throws
/// nonetheless, the exception reaches who caused the call, and what the hardware may still know is never used again.
/// </summary>
public interface IIotlbInvalidation
{
    /// <summary>Forgets the translations of a range of IOVAs, and what was cached of the tables on the way to them.</summary>
    /// <param name="domain">The domain's number.</param>
    /// <param name="first">The first IOVA.</param>
    /// <param name="length">Bytes from there, at least 1.</param>
    void Invalidate(int domain, DmaAddress first, long length);

    /// <summary>
    /// Blocks every requester of a domain whose tables are about to be freed, and forgets all its translations: from now on
    /// their accesses fault.
    /// </summary>
    /// <param name="domain">The domain's number.</param>
    void Block(int domain);
}
