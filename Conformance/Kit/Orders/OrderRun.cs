using System;
using System.Collections.Generic;
using DmaMapping;
using PfnBuffers;

namespace Conformance;

/// <summary>
/// One case, carried out in a world and compared with the oracle step by step. Whatever is wrong ends it. A case that is carried
/// out twice does the same.
/// </summary>
internal sealed partial class OrderRun
{
    private readonly OrderWorld _world;
    private readonly OrderCase _case;
    private readonly OrderTally _tally;
    private readonly OrderSetting _setting;
    private readonly OrderOracle _oracle;
    private readonly OrderActor[] _actors;
    private readonly PaperState _paper;
    private readonly SharedBuffer _buffer;
    private readonly OrderBytes _bytes;
    private readonly long _freeAtStart;
    private PfnBuffer? _backing;
    private string? _wrong;

    private OrderRun(OrderWorld world, OrderCase one, OrderTally tally)
    {
        (_world, _case, _tally, _oracle) = (world, one, tally, world.Oracle);
        _setting = new OrderSetting(one.Policy, one.Flavour);
        _actors = new OrderActor[one.Devices.Count];
        var papers = new PaperDevice[one.Devices.Count];
        for (int i = 0; i < _actors.Length; i++)
        {
            OrderDevice device = one.Devices[i];
            papers[i] = new PaperDevice(device, ClassFacts.Of(device.Class));
            _actors[i] = new OrderActor(device, world.At(device), papers[i], this);
        }

        _paper = new PaperState(_setting, papers);
        _buffer = world.Open(_setting);
        _freeAtStart = world.Frames.FreeFrames;
        _bytes = new OrderBytes(world, _buffer, _paper, _actors, tally, one.Seed);
    }

    /// <summary>Carries out a case.</summary>
    /// <returns>What was wrong, and at which step; null where nothing was. After a violation the world is not to be used again.</returns>
    internal static string? Of(OrderWorld world, OrderCase one, OrderTally tally)
    {
        int at = 0;
        tally.Cases++;
        try
        {
            var run = new OrderRun(world, one, tally);
            for (; at < one.Steps.Count; at++)
            {
                run.Do(one.Steps[at]);
                run.LookAround();
            }

            run.Finish();
            return null;
        }
#pragma warning disable CA1031 // Whatever is thrown is what is wrong.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            tally.Violations++;
            string what = thrown is LawViolatedException ? thrown.Message : $"{thrown.GetType().Name}: {thrown.Message}{Environment.NewLine}{thrown.StackTrace}";
            string where = at < one.Steps.Count ? $"{one.Steps[at].Action} {one.Devices[one.Steps[at].Device].Name}".ToLowerInvariant() : "the end";
            return $"at {where} (step {Math.Min(at + 1, one.Steps.Count)} of {one.Steps.Count}): {what}";
        }
    }

    private void Do(OrderStep step)
    {
        OrderActor actor = _actors[step.Device];
        switch (step.Action)
        {
            case OrderAction.Attach:
                Attach(actor, counts: true);
                break;
            case OrderAction.Map when actor.Attachment is not null:
                Map(actor);
                break;
            case OrderAction.Unmap when actor.Paper.IsLive:
                Unmap(actor);
                break;
            case OrderAction.Detach when actor.Attachment is not null:
                if (actor.Paper.IsLive) Unmap(actor);
                actor.Attachment.Detach();
                Require(actor.Attachment.IsDetached, $"{actor.Device.Name} is not detached");
                (actor.Attachment, actor.Paper.IsAttached) = (null, false);
                break;
        }
    }

    /// <summary>After every step: everyone stands as the oracle says, constraints are a fold, frames are those that are known, and bytes are right.</summary>
    private void LookAround()
    {
        if (_wrong is not null) throw new LawViolatedException(_wrong);
        Require(ReferenceEquals(_buffer.Backing, _backing), "the frames changed unsaid");
        DmaConstraints fold = DmaConstraints.None;
        foreach (OrderActor actor in _actors)
        {
            if (actor.Attachment is not { } attachment) continue;
            fold = DmaConstraints.Meet(fold, actor.Hardware.Constraints);
            Verdict stands = attachment.Decision.Verdict;
            if (stands != actor.Paper.Verdict) throw new LawViolatedException($"{actor.Device.Name} stands as {attachment.Decision}; the oracle says {actor.Paper.Verdict}");
            int live = actor.Paper.IsLive ? 1 : 0;
            if (attachment.LiveMappings != live) throw new LawViolatedException($"{actor.Device.Name} has {attachment.LiveMappings} live mappings, not {live}");
        }

        Require(_buffer.CurrentConstraints == fold, "the current constraints are not those of the attached (I5)");
        Require(_buffer.RecalculateConstraints() == fold, "recalculated constraints are not those of the attached (I5)");
        if (_backing is not null) _bytes.Touch(_backing);
    }

    /// <summary>Everyone leaves; who was refused tries again alone; and then all is as it was.</summary>
    private void Finish()
    {
        for (int i = 0; i < _actors.Length; i++) Do(new OrderStep(OrderAction.Detach, i));
        foreach (OrderActor actor in _actors)
        {
            if (!actor.WasRefused) continue;
            Attach(actor, counts: false);
            LookAround();
            if (actor.Attachment is null) continue;
            actor.Attachment.Detach();
            (actor.Attachment, actor.Paper.IsAttached) = (null, false);
        }

        LookAround();
        Require(_buffer.LiveUses == 0, "something is still held");
        Require(_buffer.CurrentConstraints == DmaConstraints.None, "constraints are left when everyone is gone");
        _buffer.Dispose();
        Require(_world.Frames.FreeFrames == _freeAtStart, "frames did not come back");
        foreach (OrderActor actor in _actors)
        {
            if (actor.Hardware.Leftovers() is { } left) throw new LawViolatedException($"{actor.Device.Name} has leftovers: {left}");
        }
    }

    private static void Require(bool holds, string broken)
    {
        if (!holds) throw new LawViolatedException(broken);
    }
}
