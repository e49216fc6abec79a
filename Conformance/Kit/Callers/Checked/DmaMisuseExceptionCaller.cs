using System;
using DmaMapping;

namespace Conformance;

internal sealed class DmaMisuseExceptionCaller : HostileCaller
{
    internal DmaMisuseExceptionCaller()
        : base(typeof(DmaMisuseException))
    {
        Add("DmaMisuseException()", a => new DmaMisuseException());
        Add("DmaMisuseException(string)", a => new DmaMisuseException(a.Maybe(a.Text())));
        Add("DmaMisuseException(string, Exception)", a => new DmaMisuseException(a.Maybe(a.Text()), a.Maybe(new InvalidOperationException("inner"))));
        Add("DmaMisuseException(MisuseReport)", a => new DmaMisuseException(a.Maybe(Report(a))));
    }

    /// <summary>What a checker tells of a misuse.</summary>
    private static MisuseReport Report(HostileArguments a)
    {
        MisuseReport? told = null;
        var checker = new MappingChecker(new MappingCheckerOptions { OnMisuse = report => told = report });
        var mapper = new CheckedMapper(checker, a.World.Direct.Mapper);
        try
        {
            mapper.Unmap(a.Flag() ? default : a.Forged(default));
        }
        catch (ArgumentException)
        {
            // The mapper inside, too.
        }

        mapper.Dispose();
        return told!;
    }
}
