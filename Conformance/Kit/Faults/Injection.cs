namespace Conformance;

/// <summary>One call among many that goes wrong: the nth from the moment on that it is armed. Not thread-safe.</summary>
public sealed class Injection
{
    private long _left;

    /// <summary>Whether the call came.</summary>
    public bool HasHit { get; private set; }

    /// <summary>Whether calls are left alone for a while, and not counted.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Lets the nth call from now on go wrong.</summary>
    public void Arm(long nth) => (_left, HasHit) = (nth, false);

    /// <summary>No call goes wrong any more.</summary>
    public void Disarm() => _left = 0;

    /// <summary>A call comes.</summary>
    /// <returns>Whether it is the one.</returns>
    public bool Hits()
    {
        if (IsPaused || _left == 0 || --_left > 0) return false;
        HasHit = true;
        return true;
    }

    /// <summary>A call comes, and throws if it is the one.</summary>
    public void Throw(string what)
    {
        if (Hits()) throw new InjectedException($"{what} throws");
    }
}
