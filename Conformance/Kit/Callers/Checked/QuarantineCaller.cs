using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class QuarantineCaller : HostileCaller
{
    internal QuarantineCaller()
        : base(typeof(Quarantine), hasState: true)
    {
        Do("Release(QuarantineEntry)", a =>
        {
            (MappingChecker checker, MappingChecker other) = (Leaked(a), Leaked(a));
            try
            {
                QuarantineEntry own = checker.Quarantine.Entries[0], given = a.Flag() ? own : other.Quarantine.Entries[0];
                checker.Quarantine.Release(a.Maybe(given));
                a.Require(given == own, "what is not in a quarantine is not released from it");
                if (a.Flag()) checker.Quarantine.Release(own);
            }
            finally
            {
                Empty(checker);
                Empty(other);
            }
        });
        Add("get Entries", a =>
        {
            MappingChecker checker = Leaked(a);
            QuarantineEntry entry = checker.Quarantine.Entries[0];
            Empty(checker);
            return entry;
        });
    }

    /// <summary>A checker of a device that was released with something mapped.</summary>
    private static MappingChecker Leaked(HostileArguments a)
    {
        var checker = new MappingChecker(new MappingCheckerOptions { OnMisuse = a.Seen.Add });
        var mapper = new CheckedMapper(checker, a.World.Direct.Mapper);
        mapper.Map(new PfnView(a.World.Homes.AsSpan(0, 1), PageSize.Size4K), DmaDirection.ToDevice, new DmaSegment[1], MapOptions.None);
        mapper.Dispose();
        return checker;
    }

    private static void Empty(MappingChecker checker)
    {
        foreach (QuarantineEntry one in checker.Quarantine.Entries) checker.Quarantine.Release(one);
    }
}
