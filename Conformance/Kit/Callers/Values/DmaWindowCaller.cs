using PfnBuffers;

namespace Conformance;

internal sealed class DmaWindowCaller : HostileCaller
{
    internal DmaWindowCaller()
        : base(typeof(DmaWindow))
    {
        Add("DmaWindow(DmaAddress, DmaAddress)", a => new DmaWindow(a.Address(), a.Address()));
        Add("OfBits(int)", a => DmaWindow.OfBits(a.Int()));
        Add("Contains(DmaAddress, long)", a => a.Window().Contains(a.Address(), a.Long()));
        Add("op_Equality(DmaWindow, DmaWindow)", a => a.Window() == a.Window());
        Add("op_Inequality(DmaWindow, DmaWindow)", a => a.Window() != a.Window());
        Add("Equals(DmaWindow)", a => a.Window().Equals(a.Window()));
    }
}
