namespace Conformance;

/// <summary>Makes the rig that a law is held against: the library's, or one with something broken in it.</summary>
/// <param name="one">The case.</param>
public delegate MapperRig MakeRig(MapperCase one);
