using System;
using System.Collections.Generic;
using System.Linq;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>The cases of the campaign of orders, and their traces.</summary>
public class OrderCaseTests
{
    [Fact]
    public void Three_devices_have_34650_orders_of_which_no_two_are_alike()
    {
        IReadOnlyList<byte[]> all = Interleavings.All(3);
        Assert.Equal(34_650, all.Count);
        Assert.Equal(34_650, all.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(all, order => Assert.Equal(["4", "4", "4"], order.GroupBy(device => device).Select(steps => $"{steps.Count()}")));
    }

    [Fact]
    public void Three_of_eight_classes_can_be_chosen_in_120_ways()
    {
        IReadOnlyList<OrderClass[]> all = OrderCases.Choices(3);
        Assert.Equal(120, all.Count);
        Assert.Equal(120, all.Select(one => string.Join(",", one.Order())).Distinct().Count());
    }

    [Fact]
    public void Every_flavour_and_direction_is_met()
    {
        IReadOnlyList<byte[]> orders = Interleavings.All(3);
        OrderCase[] cases = [.. Enumerable.Range(0, 200).Select(i => OrderCases.Of(OrderPolicy.MoveFirst, [OrderClass.Raw, OrderClass.Raw, OrderClass.Raw], orders[i], i, i))];
        Assert.Equal(Enum.GetValues<OrderFlavour>(), cases.Select(one => one.Flavour).Distinct().Order());
        Assert.Equal(3, cases.SelectMany(one => one.Devices).Select(device => device.Direction).Distinct().Count());
    }

    [Fact]
    public void A_trace_tells_its_case()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            OrderCase one = OrderCases.Random((OrderPolicy)(seed % 3), 5, seed);
            OrderCase again = OrderTrace.Parse(OrderTrace.Write(one));
            Assert.Equal(OrderTrace.Write(one), OrderTrace.Write(again));
            Assert.Equal((one.Policy, one.Flavour, one.Seed), (again.Policy, again.Flavour, again.Seed));
            Assert.Equal(one.Devices, again.Devices);
            Assert.Equal(one.Steps, again.Steps);
        }
    }

    [Theory]
    [InlineData("", "no line says the policy")]
    [InlineData("policy move-first", "no line says a device")]
    [InlineData("policy never", "line 1: a policy is")]
    [InlineData("policy move-first\ndevice a Toaster ToDevice", "line 2: no class is named Toaster")]
    [InlineData("policy move-first\ndevice a 3 ToDevice", "line 2: no class is named 3")]
    [InlineData("policy move-first\ndevice a Raw Sideways", "line 2: no direction is named Sideways")]
    [InlineData("policy move-first\ndevice b Raw ToDevice\ndevice a Raw ToDevice", "line 3: devices stand in the order of their letters")]
    [InlineData("policy move-first\ndevice z Raw ToDevice", "line 2: a device's letter is a to e")]
    [InlineData("policy move-first\ndevice a Raw ToDevice\nmap a", "line 3: a cannot map there")]
    [InlineData("policy move-first\ndevice a Raw ToDevice\nattach b", "line 3: attach what?")]
    [InlineData("policy move-first\ndevice a Raw ToDevice\nsell a", "line 3: nothing is done by the word sell")]
    [InlineData("policy move-first\nseed -1", "line 2: a seed is a number")]
    public void Text_that_is_no_trace_is_refused_by_line(string text, string told)
    {
        FormatException thrown = Assert.Throws<FormatException>(() => OrderTrace.Parse(text));
        Assert.StartsWith(told, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', thrown.Message);
    }

    [Fact]
    public void A_trace_is_found_in_what_a_campaign_prints()
    {
        const string Trace = "policy move-first\nflavour plain\nseed 7\ndevice a Raw ToDevice\nattach a\n";
        Assert.Equal(OrderTrace.Parse(Trace).ToString(), OrderTrace.Parse($"move-first: 4 violations; first: nothing\n{Trace}\nreason Pinned: 12\n").ToString());
    }

    [Fact]
    public void A_trace_may_stop_anywhere_and_have_comments()
    {
        OrderCase one = OrderTrace.Parse("# shortened by hand\npolicy bounce-first\r\ndevice b Windowed Bidirectional # a scanner\n\nattach b\nmap b\n");
        Assert.Equal((OrderFlavour.Plain, 2), (one.Flavour, one.Steps.Count));
        Assert.Equal(DmaDirection.Bidirectional, one.Devices.Single().Direction);
        Assert.Null(OrdersCampaign.Try(one, OrderParts.Library));
    }
}
