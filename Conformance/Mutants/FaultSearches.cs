using System;
using System.Collections.Generic;
using System.Linq;

namespace Conformance.Mutants;

/// <summary>Every fault that is planted, family by family, with the search that must find it.</summary>
public static class FaultSearches
{
    /// <summary>All of them. What a case is: an order of attaching, a generated case of a law, a history of threads, a life of a pool or of devices, a play of a scene, or 100 random steps.</summary>
    public static IReadOnlyList<FaultSearch> All { get; } =
    [
        .. PlantedFaults.All.Select(fault => Over("orders", fault, OrdersSample.Search)),
        .. IommuFaults.All.Select(fault => Over("domains", fault, IommuFaults.Search)),
        .. ThreadFaults.All.Select(fault => Of("threads", fault, () => MutantContext.Of(fault).Over<Func<string, long, (long, string?)>>(ThreadFaults.Search)(fault.Name, FaultSearch.MostCases))),
        .. SlotFaults.All.Select(fault => Over("pools", fault, SlotFaults.Search)),
        .. BounceFaults.All.Select(fault => new FaultSearch("copies", fault.Name, fault.Breaks, () => SlotFaults.Spy(FaultSearch.MostCases, fault))),
        .. ReachFaults.All.Select(fault => Over("devices", fault, ReachFaults.Search)),
        .. LossFaults.All.Select(loss => Of("losses", loss.Mutant, () => MutantContext.Of(loss.Mutant).Over<Func<string, string, (long, string?)>>(LossFaults.Search)(loss.Scene, loss.Kind.ToString()))),
        .. CallbackFaults.All.Select(fault => Over("callbacks", fault, CallbackFaults.Search)),
        .. RandomFaults.All.Select(one => Of("random", one.Fault, () => MutantContext.Of(one.Fault).Over<Func<string, long, (long, string?)>>(RandomSample.Run)(one.Backend, FaultSearch.MostCases))),
    ];

    /// <summary>The families, in order.</summary>
    public static IReadOnlyList<string> Families { get; } = [.. All.Select(one => one.Family).Distinct()];

    private static FaultSearch Over(string family, SourceMutant fault, Func<long, (long Cases, string? What)> search)
        => Of(family, fault, () => MutantContext.Of(fault).Over(search)(FaultSearch.MostCases));

    private static FaultSearch Of(string family, SourceMutant fault, Func<(long Cases, string? What)> find) => new(family, fault.Name, fault.Breaks, find);
}
