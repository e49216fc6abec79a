using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>Laws of what threads may see of each other: every history of a few calls is one that a single thread could have seen.</summary>
public static class ThreadLaws
{
    private const int Threads = 3;
    private const int Calls = 5;

    /// <summary>Names what has no token that can be seen.</summary>
    private static long _names;

    /// <summary>Makes histories until one is impossible.</summary>
    /// <param name="subject">What the threads are let loose on.</param>
    /// <param name="runs">How many histories.</param>
    /// <param name="seed">Chooses the calls; who comes first it does not.</param>
    /// <returns>What is wrong, with the number of the run; null where nothing is.</returns>
    public static string? Broken(ThreadSubject subject, long runs, ulong seed) => Broken(subject, runs, seed, out _);

    /// <summary>The same, with the number of histories that were played.</summary>
    public static string? Broken(ThreadSubject subject, long runs, ulong seed, out long played)
    {
        // Not disposed where something is wrong: what threads have broken may never let go.
        var world = new ThreadWorld();
        for (played = 0; played < runs;)
        {
            ulong next = OrderSeed.Next(seed + (ulong)played++);
            if (InTime(() => Once(subject, world, next)) is { } wrong) return FormattableString.Invariant($"{subject}, run {played}: {wrong}");
        }

        world.Dispose();
        return null;
    }

    /// <summary>What some work says; or that it does not end, where what it works on goes round in circles.</summary>
    private static string? InTime(Func<string?> work)
    {
        Task<string?> running = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return ((IAsyncResult)running).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(90)) ? running.GetAwaiter().GetResult() : "a call does not come back";
    }

    private static string? Once(ThreadSubject subject, ThreadWorld world, ulong seed) => subject switch
    {
        ThreadSubject.Iovas => Taking(world, world.Translated, seed, withReservations: false),
        ThreadSubject.Reservations => Taking(world, world.Translated, seed, withReservations: true),
        ThreadSubject.Slots => Taking(world, world.Bounced, seed, withReservations: false),
        ThreadSubject.Tokens => Tokens(world, seed),
        _ => Attaching(world, seed),
    };

    /// <summary>Threads take and give back ranges of a space that holds fewer than they want, their own and one another's.</summary>
    private static string? Taking(ThreadWorld world, IDmaMapper mapper, ulong seed, bool withReservations)
    {
        var run = new ThreadRun(Threads);
        var known = new ConcurrentBag<MappingToken>();
        var live = new ConcurrentDictionary<MappingToken, bool>();
        var reserved = new ConcurrentBag<IovaReservation>();
        Exception? thrown = run.Go(number =>
        {
            var random = new SpyRandom(seed + ((ulong)number * 0x1_0001));
            for (int i = 0; i < Calls; i++)
            {
                int frames = 1 << random.Below(2);
                if (random.OneIn(3) && known.TryTake(out MappingToken token))
                {
                    known.Add(token);
                    run.Note(number, () => End(mapper, token, live));
                }
                else if (withReservations && random.OneIn(2))
                {
                    run.Note(number, () => Reserve((IReservingMapper)mapper, frames, reserved));
                }
                else
                {
                    run.Note(number, () => Map(world, mapper, number, frames, known, live));
                }
            }
        });
        string? wrong = thrown is null ? run.Judge(TakenModel.Empty) : $"{thrown.GetType().Name}: {thrown.Message}";
        if (wrong is not null) return wrong;
        foreach (MappingToken token in live.Keys) mapper.Unmap(token);
        foreach (IovaReservation one in reserved) ((IReservingMapper)mapper).Release(one);
        return world.Left();
    }

    /// <summary>All unmap the same tokens while they map others.</summary>
    private static string? Tokens(ThreadWorld world, ulong seed)
    {
        IDmaMapper mapper = world.Mappers[(int)(seed % (ulong)world.Mappers.Count)];
        var live = new ConcurrentDictionary<MappingToken, bool>();
        var tokens = new List<MappingToken>();
        for (int i = 0; i < 3; i++) tokens.Add(world.MapOne(mapper, 0, 1, out _));
        var run = new ThreadRun(Threads);
        ISequentialModel? model = TakenModel.Empty;
        foreach (MappingToken token in tokens) model = model!.After(new ThreadEvent(0, 0, ThreadCall.Taken, IdOf(token), 0, 0));
        Exception? thrown = run.Go(number =>
        {
            var random = new SpyRandom(seed + ((ulong)number * 0x1_0001));
            foreach (MappingToken token in tokens)
            {
                run.Note(number, () => End(mapper, token, live));
                if (!random.OneIn(3)) continue;
                run.Note(number, () =>
                {
                    MappingToken fresh = world.MapOne(mapper, number, 1, out bool isMapped);
                    if (isMapped) live[fresh] = true;
                    return (isMapped ? ThreadCall.Taken : ThreadCall.Refused, IdOf(fresh), 0ul, 0ul);
                });
            }
        });
        string? wrong = thrown is null ? run.Judge(model!) : $"{thrown.GetType().Name}: {thrown.Message}";
        if (wrong is not null) return wrong;
        foreach (MappingToken token in live.Keys) mapper.Unmap(token);
        return world.Left();
    }

    /// <summary>All attach, map, unmap and detach one device.</summary>
    private static string? Attaching(ThreadWorld world, ulong seed)
    {
        using SharedBuffer buffer = world.NewBuffer();
        var attached = new ConcurrentStack<(Attachment Attachment, ulong Number)>();
        var live = new ConcurrentBag<(Attachment Attachment, MappingToken Token)>();
        var run = new ThreadRun(Threads);
        Exception? thrown = run.Go(number =>
        {
            var random = new SpyRandom(seed + ((ulong)number * 0x1_0001));
            for (int i = 0; i < Calls; i++)
            {
                if (!attached.TryPeek(out (Attachment Attachment, ulong Number) newest) || random.OneIn(4)) run.Note(number, () => Attach(world, buffer, attached));
                else if (random.OneIn(2)) run.Note(number, () => MapShared(newest.Attachment, newest.Number, live));
                else if (random.OneIn(2) && live.TryTake(out (Attachment Attachment, MappingToken Token) use)) run.Note(number, () => UnmapShared(use.Attachment, use.Token));
                else run.Note(number, () => Detach(newest.Attachment, newest.Number));
            }
        });
        string? wrong = thrown is null ? run.Judge(AttachModel.Empty) : $"{thrown.GetType().Name}: {thrown.Message}";
        foreach ((Attachment attachment, MappingToken token) in live) attachment.Unmap(token);
        return wrong;
    }

    private static (ThreadCall Call, long Id, ulong From, ulong Count) Map(ThreadWorld world, IDmaMapper mapper, int number, int frames, ConcurrentBag<MappingToken> known, ConcurrentDictionary<MappingToken, bool> live)
    {
        MappingToken token = world.MapOne(mapper, number, frames, out bool isMapped, out DmaSegment segment);
        if (!isMapped) return (ThreadCall.Refused, 0, 0, 0);
        live[token] = true;
        known.Add(token);
        return (ThreadCall.Taken, IdOf(token), segment.Address.Value >> 12, (ulong)segment.Length >> 12);
    }

    private static (ThreadCall Call, long Id, ulong From, ulong Count) Reserve(IReservingMapper mapper, int frames, ConcurrentBag<IovaReservation> reserved)
    {
        ReserveResult result = mapper.Reserve(4096L * frames, 0);
        if (!result.IsReserved) return (ThreadCall.Refused, 0, 0, 0);
        reserved.Add(result.Reservation);
        return (ThreadCall.Taken, (1L << 62) | Interlocked.Increment(ref _names), result.Reservation.Address.Value >> 12, (ulong)frames);
    }

    private static (ThreadCall Call, long Id, ulong From, ulong Count) End(IDmaMapper mapper, MappingToken token, ConcurrentDictionary<MappingToken, bool> live)
    {
        try
        {
            mapper.Unmap(token);
            live.TryRemove(token, out _);
            return (ThreadCall.Ended, IdOf(token), 0, 0);
        }
        catch (ArgumentException)
        {
            return (ThreadCall.Stale, IdOf(token), 0, 0);
        }
    }

    private static (ThreadCall Call, long Id, ulong From, ulong Count) Attach(ThreadWorld world, SharedBuffer buffer, ConcurrentStack<(Attachment Attachment, ulong Number)> attached)
    {
        try
        {
            Attachment attachment = buffer.Attach(world.Translated).Attachment!;
            ulong number = (ulong)Interlocked.Increment(ref _names);
            attached.Push((attachment, number));
            return (ThreadCall.Attached, 0, number, 0);
        }
        catch (ArgumentException)
        {
            return (ThreadCall.AttachedAlready, 0, 0, 0);
        }
    }

    private static (ThreadCall Call, long Id, ulong From, ulong Count) MapShared(Attachment attachment, ulong number, ConcurrentBag<(Attachment Attachment, MappingToken Token)> live)
    {
        try
        {
            SharedMapResult result = attachment.Map(0, 4096, DmaDirection.ToDevice, new DmaSegment[2]);
            if (!result.IsMapped) return (ThreadCall.Refused, 0, 0, 0);
            live.Add((attachment, result.Mapping.Token));
            return (ThreadCall.Taken, IdOf(result.Mapping.Token), number, 0);
        }
        catch (InvalidOperationException)
        {
            return (ThreadCall.Gone, 0, number, 0);
        }
    }

    private static (ThreadCall Call, long Id, ulong From, ulong Count) UnmapShared(Attachment attachment, MappingToken token)
    {
        attachment.Unmap(token);
        return (ThreadCall.Ended, IdOf(token), 0, 0);
    }

    private static (ThreadCall Call, long Id, ulong From, ulong Count) Detach(Attachment attachment, ulong number)
    {
        try
        {
            attachment.Detach();
            return (ThreadCall.Detached, 0, number, 0);
        }
        catch (InvalidOperationException)
        {
            return (ThreadCall.Held, 0, number, 0);
        }
    }

    private static long IdOf(MappingToken token) => ((long)token.Owner << 44) ^ ((long)token.Slot << 20) ^ token.Generation;
}
