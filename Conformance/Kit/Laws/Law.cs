using System;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance;

/// <summary>
/// A statement about every case of one kind, as a function that says how a case breaks it. A law is made for one
/// implementation, handed in as a delegate, so that it can also be pointed at a broken one and be seen to catch it.
/// </summary>
/// <param name="name">What the law says.</param>
/// <param name="cases">Where cases come from, and how a failing one is made smaller.</param>
/// <param name="violation">How a case breaks the law; null where it holds.</param>
/// <typeparam name="T">One case.</typeparam>
public sealed class Law<T>(string name, Arbitrary<T> cases, Func<T, string?> violation)
{
    /// <summary>Cases are generated so many at a time, so that a long run needs little memory.</summary>
    private const int Batch = 500;

    /// <summary>What the law says.</summary>
    public string Name { get; } = name;

    /// <summary>Where cases come from.</summary>
    public Arbitrary<T> Cases { get; } = cases;

    /// <summary>How a case breaks the law; null where it holds.</summary>
    public string? Violation(T one)
    {
#pragma warning disable CA1031 // Whatever a broken implementation throws is a violation, not the end of the run.
        try
        {
            return violation(one);
        }
        catch (Exception e)
        {
            return $"threw {e}";
        }
#pragma warning restore CA1031
    }

    /// <summary>Tries the law on so many cases from the fixed seed and throws the smallest counterexample found.</summary>
    /// <param name="count">How many cases, where <see cref="CaseShare"/> says nothing else.</param>
    public void Check(int count = 1000)
    {
        if (CaseShare.IsWhole) FsCheck.Check.One(Name, Seed.Config(count), Prop.ForAll(Cases, (Action<T>)Hold));
        else if (Run(CaseShare.Of(count), Seed.Value, stopsAtFirst: true).First is string broken) throw new LawViolatedException(broken);
    }

    /// <summary>Tries the law on so many cases and counts.</summary>
    /// <param name="count">How many cases.</param>
    /// <param name="seed">Equal seeds give equal cases.</param>
    /// <param name="stopsAtFirst">Whether one violation is enough.</param>
    public LawRun Run(long count, ulong seed, bool stopsAtFirst = false)
    {
        long violations = 0;
        string? first = null;
        for (long done = 0; done < count; done += Batch)
        {
            int size = (int)Math.Min(Batch, count - done);
            foreach (T one in Cases.Generator.Sample(size, Seed.Batch(seed, done / Batch), Seed.Size))
            {
                if (Violation(one) is not string broken) continue;
                violations++;
                first ??= $"{Name}: {broken}\n  case: {one}";
                if (stopsAtFirst) return new LawRun(done + size, violations, first);
            }
        }

        return new LawRun(count, violations, first);
    }

    private void Hold(T one)
    {
        if (Violation(one) is string broken) throw new LawViolatedException($"{Name}: {broken}");
    }
}
