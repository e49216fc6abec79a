using System;
using System.Linq;
using DmaMapping;
using PfnBuffers;
using Xunit;

namespace Conformance.Tests;

/// <summary>An exporter that throws at any of its calls: the caller is told, everything is as before, and it works once it does not.</summary>
public class ExporterFaultTests
{
    private Faulty _exporter = null!;

    [Theory]
    [InlineData("CanBack")]
    [InlineData("TryBack")]
    [InlineData("Release")]
    public void A_call_that_throws_reaches_the_caller_and_leaves_everything_in_order(string call)
    {
        for (int failing = 1; ; failing++)
        {
            using var scene = new MoveScene(exporter: inner => _exporter = new Faulty(inner));
            _exporter.Fail(call, failing);
            int thrown = 0;
            byte[] bytes = [];
            Attachment nic = Try(scene, () => scene.Anything("nic"));
            Try(scene, () => scene.BehindIommu());
            Try(scene, () => MoveThrough(nic));
            Try(scene, () => bytes = scene.Write(failing));

            // A move, whose last step gives the old frames back: there the move stands, and the caller attaches again.
            AttachResult display = Try(scene, () => scene.Tight());
            Assert.True(display.IsAttached, display.ToString());
            Assert.Equal(bytes, scene.Read());
            Assert.Equal(3, scene.Buffer.Attachments.Count);
            Try(scene, () => MoveThrough(nic));
            Try(scene, () =>
            {
                // Disposing is done the first time, whatever the exporter says to it.
                scene.Buffer.Dispose();
                return 0;
            });
            Assert.Equal(_exporter.Thrown, thrown);
            if (thrown == 0) return;
            Assert.True(failing < 50);

            T Try<T>(MoveScene where, Func<T> act)
            {
                try
                {
                    return act();
                }
                catch (TimeoutException)
                {
                    thrown++;
                    Assert.Equal(0, where.Buffer.LiveUses);
                    return act();
                }
            }
        }
    }

    private static int MoveThrough(Attachment attachment)
    {
        attachment.Unmap(MoveScene.Map(attachment).Token);
        return 0;
    }

    /// <summary>Throws at one call of one kind. What it was to release then, it has released: the fault comes after.</summary>
    private sealed class Faulty(IExporter inner) : IExporter
    {
        private string _call = "";
        private int _in;
        internal int Thrown { get; private set; }

        public string Name => inner.Name;

        public long Length => inner.Length;

        public MemoryKind Kind => inner.Kind;

        public IPhysicalMemory Memory => inner.Memory;

        internal void Fail(string call, int which) => (_call, _in) = (call, which);

        public bool CanBack(in PlacementDemand demand)
        {
            Count("CanBack");
            return inner.CanBack(demand);
        }

        public bool TryBack(in PlacementDemand demand, out PfnBuffer? backing)
        {
            Count("TryBack");
            return inner.TryBack(demand, out backing);
        }

        public void Release(PfnBuffer backing)
        {
            inner.Release(backing);
            Count("Release");
        }

        private void Count(string call)
        {
            if (call != _call || --_in != 0) return;
            Thrown++;
            throw new TimeoutException($"{call} fails");
        }
    }
}
