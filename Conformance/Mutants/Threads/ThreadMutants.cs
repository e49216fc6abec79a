using System.Collections.Generic;

namespace Conformance.Mutants;

/// <summary>Faults that only threads meet.</summary>
internal static class ThreadMutants
{
    internal static IEnumerable<(ThreadSubject Subject, SourceMutant Mutant)> All { get; } =
    [
        (ThreadSubject.Iovas, In("iova-lane-lock-dropped", "Locks/BriefLock",
            "Interlocked.CompareExchange(ref _held, 1, 0) == 0;",
            "Interlocked.Exchange(ref _held, 1) >= 0;",
            "no address is in two mappings")),
        (ThreadSubject.Reservations, In("iova-lane-looked-at-then-taken", "Locks/BriefLock",
            "internal bool TryEnter() => Interlocked.CompareExchange(ref _held, 1, 0) == 0;",
            "internal bool TryEnter() { if (Volatile.Read(ref _held) != 0) return false; Thread.SpinWait(20); _held = 1; return true; }",
            "no address is in two mappings or reservations")),
        (ThreadSubject.Slots, In("slot-lane-lock-dropped", "Locks/BriefLock",
            "Interlocked.CompareExchange(ref _held, 1, 0) == 0;",
            "Interlocked.Exchange(ref _held, 1) >= 0;",
            "no slot is in two mappings")),
        (ThreadSubject.Tokens, In("found-then-ended", "Mapping/MappingTable",
            "        ref Entry entry = ref Find(token);\n        TRecord record = entry.Record;",
            "        Find(token);\n        _gate.Exit();\n        Thread.SpinWait(50);\n        _gate.Enter();\n        ref Entry entry = ref At(token.Slot);\n        TRecord record = entry.Record;",
            "of two threads that unmap one mapping, one is told")),
        (ThreadSubject.Tokens, In("iova-token-ended-late", "Iommu/DomainMappings",
            "        record.State++;\n        lane.End(",
            "        _iova.Leave(lane);\n        Thread.SpinWait(50);\n        lane.Gate.Enter();\n        record.State++;\n        lane.End(",
            "of two threads that unmap one mapping, one is told")),
        (ThreadSubject.Attachments, In("counted-then-detached", "Sharing/SharedBuffer",
            "            attachment.IsDetached = true;\n            _core.Attachments.Remove(attachment);",
            "            Monitor.Exit(_core.Lock);\n            Thread.SpinWait(200);\n            Monitor.Enter(_core.Lock);\n            attachment.IsDetached = true;\n            _core.Attachments.Remove(attachment);",
            "nobody is detached who has live mappings")),
        (ThreadSubject.Attachments, In("looked-up-then-attached", "Sharing/SharedBuffer",
            "            var attachment = new Attachment(this, _mapper, mapper, importer, movable, decision);",
            "            Monitor.Exit(_core.Lock);\n            Thread.SpinWait(200);\n            Monitor.Enter(_core.Lock);\n            var attachment = new Attachment(this, _mapper, mapper, importer, movable, decision);",
            "no name is attached twice")),
    ];

    private static SourceMutant In(string name, string file, string find, string replacement, string breaks)
        => new(name, $"DmaMapping/{file}.cs", find, replacement, breaks);
}
