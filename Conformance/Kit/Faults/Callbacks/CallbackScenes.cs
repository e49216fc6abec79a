namespace Conformance;

/// <summary>All ways in which two holders can answer to a move: in time, late, never, twice, in the wrong order, on other threads, by leaving, by throwing.</summary>
public static class CallbackScenes
{
    /// <summary>Plays them all.</summary>
    /// <param name="plays">How many there were.</param>
    /// <param name="moved">In how many the bytes moved.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Find(out int plays, out int moved)
    {
        (plays, moved) = (0, 0);
        for (StopHabit first = 0; first <= StopHabit.BringsAnother; first++)
        {
            for (StopHabit second = 0; second <= StopHabit.BringsAnother; second++)
            {
                for (MovedHabit hears = 0; hears <= MovedHabit.MapsMore; hears++)
                {
                    var play = new CallbackPlay(first, second, hears);
                    play.Run();
                    plays++;
                    if (play.HasMoved) moved++;
                    if (play.Wrong is { } wrong) return $"{first}, {second}, {hears}: {wrong}";
                }
            }
        }

        return null;
    }
}
