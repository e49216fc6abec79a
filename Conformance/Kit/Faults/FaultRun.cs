using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance;

/// <summary>
/// Plays a scenario with one thing going wrong at its first chance, then at its second, and so on until it has no chance left. Each time: what was refused, or thrown
/// by a part, left all as it was; ending what was made before never fails; and with nothing going wrong the same calls succeed on the same objects.
/// Memory and hardware must not throw; where they do, what was in hand may stay taken, and no more is required than that nothing is used that hardware may know.
/// </summary>
internal static class FaultRun
{
    private const int MostPoints = 4000;

    /// <summary>Plays it for one kind of fault.</summary>
    /// <param name="make">Makes the scene.</param>
    /// <param name="kind">What goes wrong.</param>
    /// <param name="looksBetween">Whether the state is looked at before every call too, which brings back what is kept warm.</param>
    /// <param name="points">Where something could go wrong.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    internal static string? Find(Func<FaultScene> make, FaultKind kind, bool looksBetween, out int points)
    {
        bool counts = kind is not (FaultKind.TableFramesRunOut or FaultKind.SlotFramesRunOut or FaultKind.HomeFramesRunOut);
        points = 0;
        for (int n = counts ? 1 : 0; n < MostPoints; n++)
        {
            FaultScene scene = make();
            using ThrowingListener? listener = kind == FaultKind.ListenerThrows ? new ThrowingListener(scene.ListenerThrows) : null;
            string? wrong = Play(scene, kind, n, looksBetween, out bool hit);
            if (wrong is not null) return $"{kind} {n}: {wrong}";
            if (!hit) return null;
            points++;
        }

        return $"{kind}: no end after {MostPoints} of them";
    }

    private static string? Play(FaultScene scene, FaultKind kind, int n, bool looksBetween, out bool hit)
    {
        bool mayLose = kind is FaultKind.MemoryThrows or FaultKind.HardwareThrows;
        hit = false;
        string start = scene.State();
        Arm(scene, kind, n);
        if (Try(scene, kind, looksBetween, mayLose, ref hit) is { } wrong) return wrong;
        hit |= scene.MemoryThrows.HasHit || scene.HardwareThrows.HasHit || scene.ListenerThrows.HasHit || scene.MapRefused.HasHit || scene.MapThrows.HasHit || scene.BackRefused.HasHit || scene.BackThrows.HasHit;
        Disarm(scene);

        string end = scene.State();
        if (!mayLose && end != start) return $"at the end there is {end}, at the start there was {start}";
        if (scene.Wrong(exactly: !mayLose) is { } beside) return $"afterwards {beside}";

        // Once more, on the same objects.
        bool again = false;
        if (Try(scene, FaultKind.None, looksBetween, mayLose, ref again) is { } later) return $"once more, with nothing going wrong, {later}";
        if (again) return "what went wrong goes on when nothing does";
        string last = scene.State();
        return mayLose || last == start ? scene.Wrong(exactly: !mayLose) : $"once more there is {last}, at the start there was {start}";
    }

    /// <summary>Makes the calls until one is refused or throws, and ends what was made.</summary>
    private static string? Try(FaultScene scene, FaultKind kind, bool looksBetween, bool mayLose, ref bool hit)
    {
        var done = new Stack<FaultStep>();
        foreach (FaultStep step in scene.Steps())
        {
            string before = looksBetween ? scene.State(whole: false) : string.Empty;
            string? refusal;
            try
            {
                refusal = step.Do();
            }
            catch (InjectedException thrown)
            {
                refusal = thrown.Message;
            }
            catch (Exception thrown) when (IsOfLoss(scene, mayLose, thrown))
            {
                refusal = "lost";
            }

            if (refusal is null)
            {
                done.Push(step);
                if (scene.Wrong(exactly: !mayLose) is { } wrong) return $"after {step.Name} {wrong}";
                continue;
            }

            // What was in hand is taken: copies of the same bytes conflict with it.
            if (mayLose && kind == FaultKind.None && refusal is "WouldDiverge" or "lost") break;
            hit = true;
            if (!IsExpected(kind, refusal)) return $"{step.Name} was refused: {refusal}";
            if (looksBetween && !mayLose && scene.State(whole: false) is var after && after != before) return $"{step.Name} was refused ({refusal}) and left {after}, where there was {before}";
            break;
        }

        while (done.Count > 0)
        {
            FaultStep step = done.Pop();
            try
            {
                step.Undo();
            }
            catch (InjectedException thrown)
            {
                if (!mayLose) return $"ending {step.Name} failed: {thrown.Message}";
                hit = true;
            }
            catch (Exception thrown) when (IsOfLoss(scene, mayLose, thrown))
            {
                hit = true;
            }

            if (scene.Wrong(exactly: !mayLose) is { } wrong) return $"after the end of {step.Name} {wrong}";
        }

        return null;
    }

    /// <summary>Whether a call complains of what is taken for ever since memory or hardware threw: such mappings stay live, and their owners with them.</summary>
    private static bool IsOfLoss(FaultScene scene, bool mayLose, Exception thrown)
        => mayLose && (scene.MemoryThrows.HasHit || scene.HardwareThrows.HasHit) && thrown is InvalidOperationException or ArgumentException;

    /// <summary>Whether a refusal is one of those that the calls document for such a shortage.</summary>
    private static bool IsExpected(FaultKind kind, string refusal)
    {
        string word = refusal.Split(':')[0];
        string[] expected = kind switch
        {
            FaultKind.TableFramesRunOut => ["NoTableMemory", "no domain"],
            FaultKind.SlotFramesRunOut => ["NoBounceSpace", "no pool", "Refused"],
            FaultKind.HomeFramesRunOut => ["NoBacking", "Refused", "moved not"],
            FaultKind.MappingIsRefused => ["NoIovaSpace", "UnreachableFrame", "NotReserved", "Refused", "moved not"],
            FaultKind.BackingIsRefused => ["NoBacking", "Refused", "moved not"],
            FaultKind.MappingThrows => ["planning throws", "mapping throws"],
            FaultKind.BackingThrows => ["the exporter throws"],
            FaultKind.MemoryThrows => ["memory throws", "lost"],
            FaultKind.HardwareThrows => ["hardware throws", "lost"],
            _ => [],
        };
        return expected.Contains(word);
    }

    private static void Arm(FaultScene scene, FaultKind kind, int n)
    {
        switch (kind)
        {
            case FaultKind.TableFramesRunOut: scene.TableLimit.Leave(n); break;
            case FaultKind.SlotFramesRunOut: scene.SlotLimit.Leave(n); break;
            case FaultKind.HomeFramesRunOut: scene.HomeLimit.Leave(n); break;
            case FaultKind.MappingIsRefused: scene.MapRefused.Arm(n); break;
            case FaultKind.MappingThrows: scene.MapThrows.Arm(n); break;
            case FaultKind.BackingIsRefused: scene.BackRefused.Arm(n); break;
            case FaultKind.BackingThrows: scene.BackThrows.Arm(n); break;
            case FaultKind.ListenerThrows: scene.ListenerThrows.Arm(n); break;
            case FaultKind.MemoryThrows: scene.MemoryThrows.Arm(n); break;
            case FaultKind.HardwareThrows: scene.HardwareThrows.Arm(n); break;
        }
    }

    private static void Disarm(FaultScene scene)
    {
        scene.TableLimit.Lift();
        scene.SlotLimit.Lift();
        scene.HomeLimit.Lift();
        foreach (Injection one in (Injection[])[scene.MapRefused, scene.MapThrows, scene.BackRefused, scene.BackThrows, scene.ListenerThrows, scene.MemoryThrows, scene.HardwareThrows]) one.Disarm();
    }
}
