namespace Conformance;

/// <summary>What threads are let loose on.</summary>
public enum ThreadSubject
{
    /// <summary>Addresses of a domain that has few: mappings never overlap.</summary>
    Iovas,

    /// <summary>The same through reservations beside mappings.</summary>
    Reservations,

    /// <summary>Slots of a bounce pool that has few.</summary>
    Slots,

    /// <summary>One token, unmapped by all: one of them does it, and it never lives again.</summary>
    Tokens,

    /// <summary>One device of a shared buffer: attached, mapped, unmapped and detached.</summary>
    Attachments,
}
