using System;
using DmaMapping;

namespace Conformance;

internal sealed class DmaMapExceptionCaller : HostileCaller
{
    internal DmaMapExceptionCaller()
        : base(typeof(DmaMapException))
    {
        Add("DmaMapException()", a => new DmaMapException());
        Add("DmaMapException(string)", a => new DmaMapException(a.Maybe(a.Text())));
        Add("DmaMapException(string, Exception)", a => new DmaMapException(a.Maybe(a.Text()), a.Maybe(new InvalidOperationException("inner"))));
        Add("DmaMapException(string, MapResult)", a => new DmaMapException(a.Maybe(a.Text()), new MapResult { Status = a.Any<MapStatus>() }));
    }
}
