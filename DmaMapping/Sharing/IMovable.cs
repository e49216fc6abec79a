namespace DmaMapping;

/// <summary>
/// An importer that declared itself movable (<see cref="PfnBuffers.Importer.IsMovable"/>): it is told before its frames change
/// under live mappings, and after. Calls come on the thread that attaches or moves, in the order of the holders' names, one at
/// a time, and with no lock held, so the buffer may be called from within.
/// </summary>
public interface IMovable
{
    /// <summary>
    /// The device is to stop its DMA. Return promptly; once the device has stopped, then or later, on any thread, say so by
    /// <see cref="Attachment.ConfirmStopped"/>, or unmap everything. Until <see cref="Moved"/> is called nothing can be mapped
    /// anew. Throwing counts as a refusal to stop.
    /// </summary>
    /// <param name="notice">Who asks, until when, and by what token to confirm.</param>
    void StopDma(MoveNotice notice);

    /// <summary>
    /// The move is over, made or not, and DMA may go on. Called exactly once for each <see cref="StopDma"/>, also after one that
    /// was not confirmed. What it throws is kept in <see cref="MoveReport.Faults"/>, and harms nobody.
    /// </summary>
    /// <param name="outcome">Whether the bytes moved, and the new segments if they did.</param>
    void Moved(MoveOutcome outcome);
}
