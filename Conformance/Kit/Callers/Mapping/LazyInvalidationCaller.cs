using System;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

internal sealed class LazyInvalidationCaller : HostileCaller
{
    internal LazyInvalidationCaller()
        : base(typeof(LazyInvalidation))
    {
        Add("LazyInvalidation()", a => new LazyInvalidation());
        Add("set MostPending", a => new LazyInvalidation { MostPending = a.Int() });
        Add("set Window", a => new LazyInvalidation { Window = new TimeSpan(a.Long()) });
        Add("set Clock", a => new LazyInvalidation { Clock = a.Maybe(TimeProvider.System) });
    }
}
