namespace Conformance;

/// <summary>Makes the mapper that laws are held against; called afresh for every case, so that no case sees another's traces.</summary>
/// <param name="setting">What the mapper is made for.</param>
/// <returns>The mapper, and its device's way to memory.</returns>
public delegate MapperUnderTest MakeMapper(MapperSetting setting);
