using System;
using System.Threading;
using System.Threading.Tasks;

namespace DmaMapping;

/// <summary>Somebody who waits in a queue. Its continuation runs elsewhere, never in the thread that grants.</summary>
/// <param name="request">What is waited for.</param>
internal sealed class Waiter<TRequest, TGrant>(in TRequest request)
    where TRequest : struct
    where TGrant : struct
{
    private readonly TaskCompletionSource<TGrant> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TRequest Request { get; } = request;

    internal Task<TGrant> Result => _result.Task;

    /// <summary>The watch over the caller's cancellation; guarded by the queue, like the rest.</summary>
    internal CancellationTokenRegistration Watch { get; set; }

    /// <summary>Whether it is in the queue.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Whether it was cancelled, or has come out in another way.</summary>
    internal bool IsDone { get; set; }

    internal void Grant(in TGrant result)
    {
        Watch.Dispose();
        _result.TrySetResult(result);
    }

    internal void Fail(Exception cause)
    {
        Watch.Dispose();
        _result.TrySetException(cause);
    }

    internal void Cancel(CancellationToken cancel) => _result.TrySetCanceled(cancel);
}
