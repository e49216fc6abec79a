using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance;

/// <summary>All scenarios, with all that can go wrong in them.</summary>
public static class FaultScenes
{
    private static readonly Dictionary<string, Func<FaultScene>> Scenes = new(StringComparer.Ordinal)
    {
        ["one-step"] = () => new OneStepScene("VtdSecondStage4", isLazy: false),
        ["one-step-lazy"] = () => new OneStepScene("VtdSecondStage4", isLazy: true),
        ["one-step-arm"] = () => new OneStepScene("ArmStage1", isLazy: false),
        ["one-step-amd"] = () => new OneStepScene("AmdV1", isLazy: false),
        ["two-step"] = () => new TwoStepScene("VtdSecondStage4", isLazy: false),
        ["two-step-lazy"] = () => new TwoStepScene("AmdV1", isLazy: true),
        ["growing-pool"] = () => new GrowingPoolScene(),
        ["edges"] = () => new EdgeScene("VtdSecondStage4"),
        ["edges-arm"] = () => new EdgeScene("ArmStage1"),
        ["coherent"] = () => new CoherentScene(),
        ["creation"] = () => new CreationScene(),
        ["first-map"] = () => new SharingScene(comesLate: false),
        ["late-attach"] = () => new SharingScene(comesLate: true),
        ["late-attach-short"] = () => new SharingScene(comesLate: true, isShort: true),
    };

    /// <summary>The scenarios' names.</summary>
    public static IReadOnlyList<string> Names => [.. Scenes.Keys];

    /// <summary>Plays a scenario with one thing going wrong at each of its chances, of every kind.</summary>
    /// <param name="name">The scenario.</param>
    /// <param name="points">How many chances there were, of all kinds.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Find(string name, out int points)
    {
        points = 0;
        for (FaultKind kind = FaultKind.TableFramesRunOut; kind <= FaultKind.HardwareThrows; kind++)
        {
            if (Find(name, kind, out int ofKind) is { } wrong) return wrong;
            points += ofKind;
        }

        return null;
    }

    /// <summary>Plays a scenario with one kind of thing going wrong at each of its chances.</summary>
    public static string? Find(string name, FaultKind kind, out int points)
    {
        string? wrong = FaultRun.Find(Scenes[name], kind, looksBetween: true, out points) ?? FaultRun.Find(Scenes[name], kind, looksBetween: false, out int _);
        return wrong is null ? null : $"{name}: {wrong}";
    }

    /// <summary>Plays all scenarios until something is wrong.</summary>
    public static string? FindAny() => Names.Select(name => Find(name, out _)).FirstOrDefault(wrong => wrong is not null);
}
