using System;
using System.Linq;
using PfnBuffers;

namespace Conformance.Tests;

/// <summary>A chooser, given cases.</summary>
internal sealed class Chosen(FewestCopies fewest)
{
    /// <summary>The frames that it copies; null where it says that nothing helps.</summary>
    internal bool[]? Of(CopyCase one) => Of(one, one.Constraints);

    /// <summary>The same, told other constraints.</summary>
    internal bool[]? Of(CopyCase one, DmaConstraints constraints)
    {
        fewest.Begin(one.Head);
        for (int i = 0; i < one.Pfns.Length; i++) fewest.Add(one.AddressOf(i), one.LengthOf(i), one.Fates[i]);
        if (!fewest.TryChoose(constraints)) return null;

        var copied = new bool[one.Pfns.Length];
        long at = 0;
        for (int i = 0; i < copied.Length; at += one.LengthOf(i), i++)
        {
            foreach (CopyStretch stretch in fewest.Copied) copied[i] |= stretch.From <= at && at + one.LengthOf(i) <= stretch.End;
        }

        long bytes = CopyLaws.Bytes(one, copied);
        if (bytes != fewest.CopiedBytes || bytes != fewest.Copied.ToArray().Sum(stretch => stretch.Length))
            throw new InvalidOperationException($"{fewest.CopiedBytes} bytes are told, and whole frames have {bytes}");
        return copied;
    }
}
