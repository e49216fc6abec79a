using System;
using PfnBuffers;

namespace Conformance;

/// <summary>What two devices can both take.</summary>
/// <param name="a">The constraints of one.</param>
/// <param name="b">The constraints of the other.</param>
public delegate DmaConstraints Meet(DmaConstraints a, DmaConstraints b);

/// <summary>Whether a device takes a list.</summary>
/// <param name="constraints">The device's constraints.</param>
/// <param name="segments">The list.</param>
public delegate bool Satisfies(DmaConstraints constraints, DmaSegment[] segments);

/// <summary>Whether a device takes a list that stands for a view.</summary>
/// <param name="constraints">The device's constraints.</param>
/// <param name="one">The list and the view.</param>
public delegate bool SatisfiesHome(DmaConstraints constraints, HomeCase one);

/// <summary>The laws that make the order in which devices attach irrelevant to what they want together.</summary>
public static class MeetLaws
{
    /// <summary>A list satisfies the meet exactly when it satisfies both.</summary>
    public static Law<MeetCase> MeetIsBoth(Meet meet, Satisfies satisfies) => new("the meet is satisfied exactly when both are", MeetCase.Cases, one =>
    {
        bool both = satisfies(one.A, one.Segments) && satisfies(one.B, one.Segments);
        DmaConstraints merged = meet(one.A, one.B);
        return satisfies(merged, one.Segments) == both ? null : $"both: {both}, their meet [{merged}]: {!both}";
    });

    /// <summary>Satisfies says what the naive device says.</summary>
    public static Law<MeetCase> SatisfiesIsNaive(Satisfies satisfies) => new("a list satisfies exactly what the naive device takes", MeetCase.Cases, one =>
    {
        string? refusal = NaiveDevice.Refusal(one.A, one.Segments);
        return satisfies(one.A, one.Segments) == refusal is null ? null : $"the naive device says: {refusal ?? "taken"}";
    });

    /// <summary>As <see cref="MeetIsBoth"/>, for lists that stand for a view: the offset-preserving mask shows only there.</summary>
    public static Law<HomeCase> MeetIsBothAtHome(Meet meet, SatisfiesHome satisfies) => new("the meet is satisfied for a view exactly when both are", HomeCase.Cases, one =>
    {
        bool both = satisfies(one.A, one) && satisfies(one.B, one);
        return satisfies(meet(one.A, one.B), one) == both ? null : $"both: {both}, their meet [{meet(one.A, one.B)}]: {!both}";
    });

    /// <summary>Satisfying for a view is what the naive device says, with every segment's offset kept and every byte there.</summary>
    public static Law<HomeCase> SatisfiesHomeIsNaive(SatisfiesHome satisfies) => new("a list stands for a view exactly when the naive device says so", HomeCase.Cases, one =>
    {
        string? refusal = NaiveDevice.Refusal(one.A, one.Segments) ?? NaiveDevice.Displaces(one.A, one.Segments, ByteModel.Of(one.Frames, PageSize.Size4K, one.Offset, one.Length));
        return satisfies(one.A, one) == refusal is null ? null : $"the naive device says: {refusal ?? "taken"}";
    });

    /// <summary>Order of two does not matter.</summary>
    public static Law<ConstraintsTriple> Commutative(Meet meet) => Equation("meet is commutative",
        t => (meet(t.A, t.B), meet(t.B, t.A)));

    /// <summary>Order of three does not matter.</summary>
    public static Law<ConstraintsTriple> Associative(Meet meet) => Equation("meet is associative",
        t => (meet(meet(t.A, t.B), t.C), meet(t.A, meet(t.B, t.C))));

    /// <summary>The same wishes twice are the same wishes.</summary>
    public static Law<ConstraintsTriple> Idempotent(Meet meet) => Equation("meet is idempotent", t => (meet(t.A, t.A), t.A));

    /// <summary>Where a is as strong as b, so is a meet c as b meet c: x is as strong as y where their meet is x.</summary>
    public static Law<ConstraintsTriple> Monotone(Meet meet) => Equation("meet is monotone", t =>
    {
        DmaConstraints stronger = meet(meet(t.A, t.B), t.C), weaker = meet(t.B, t.C);
        return (meet(stronger, weaker), stronger);
    });

    /// <summary>No limit adds nothing, from either side.</summary>
    public static Law<ConstraintsTriple> NoneIsTop(Meet meet) => new("no limit is top", ConstraintsTriple.Cases,
        t => meet(t.A, DmaConstraints.None) == t.A && meet(DmaConstraints.None, t.A) == t.A ? null : $"{meet(t.A, DmaConstraints.None)}");

    /// <summary>What nothing satisfies stays so, from either side.</summary>
    public static Law<ConstraintsTriple> BottomAbsorbs(Meet meet) => new("bottom absorbs", ConstraintsTriple.Cases,
        t => meet(t.A, DmaConstraints.Bottom) == DmaConstraints.Bottom && meet(DmaConstraints.Bottom, t.A) == DmaConstraints.Bottom
            ? null
            : $"{meet(t.A, DmaConstraints.Bottom)}");

    private static Law<ConstraintsTriple> Equation(string name, Func<ConstraintsTriple, (DmaConstraints Left, DmaConstraints Right)> sides)
        => new(name, ConstraintsTriple.Cases, t =>
        {
            (DmaConstraints left, DmaConstraints right) = sides(t);
            if (left != right) return $"[{left}] is not [{right}]";
            return left.GetHashCode() == right.GetHashCode() ? null : $"equal, with other hash codes: [{left}]";
        });
}
