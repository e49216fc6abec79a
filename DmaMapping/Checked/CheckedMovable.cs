using PfnBuffers;

namespace DmaMapping;

/// <summary>
/// A movable holder whose checker is told of moves: what ends between the word to stop and the word that it is over has moved, and a watched device that uses it
/// afterwards uses what its bytes have left. Meanwhile the device stands still, and the CPU may copy.
/// </summary>
/// <param name="checker">The machine's checker.</param>
/// <param name="device">The device that is told.</param>
/// <param name="movable">Its driver.</param>
/// <exception cref="System.ArgumentNullException">One of them is missing.</exception>
public sealed class CheckedMovable(MappingChecker checker, DmaDevice device, IMovable movable) : IMovable
{
    private readonly MappingChecker _checker = Throw.IfNull(checker, nameof(checker));
    private readonly DmaDevice _device = Throw.IfNull(device, nameof(device));
    private readonly IMovable _movable = Throw.IfNull(movable, nameof(movable));

    /// <inheritdoc/>
    /// <exception cref="System.ArgumentNullException">No notice.</exception>
    public void StopDma(MoveNotice notice)
    {
        Throw.IfNull(notice, nameof(notice));
        _checker.SetMoving(_device, true);
        _movable.StopDma(notice);
    }

    /// <inheritdoc/>
    /// <exception cref="System.ArgumentNullException">No outcome.</exception>
    public void Moved(MoveOutcome outcome)
    {
        Throw.IfNull(outcome, nameof(outcome));
        _checker.SetMoving(_device, false);
        _movable.Moved(outcome);
    }
}
