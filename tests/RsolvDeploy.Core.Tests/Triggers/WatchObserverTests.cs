using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Core.Tests.Triggers;

/// <summary>What is observed beside the triggers while a release is watched, with a clock that the test moves.</summary>
public sealed class WatchObserverTests(SharedSandbox sandbox) : IClassFixture<SharedSandbox>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_dashboard_is_looked_at_every_fifteen_minutes_and_what_fails_is_a_warning()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var states = new StateList();
        var target = sandbox.Target with { Alerts = null };
        using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
        using var context = StepContexts.Create(cluster, target, StepKind.Watch, states, clock);
        await sandbox.Server.Services.Monitor.TickAsync(Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var observer = new WatchObserver(context);
        var observation = observer.RunAsync(stop.Token);

        clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        Assert.False(states.Reader.TryPeek(out _)); // it was verified just before the watch
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("dashboard of production: every check of the dashboard passed", await states.Reader.ReadAsync(Ct));
        Assert.Empty(observer.Checks());

        sandbox.Server.Faults.Inject(Fault.PanelError, -1);
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.StartsWith("dashboard of production: grafana.panels: ", await states.Reader.ReadAsync(Ct), StringComparison.Ordinal);
        Assert.StartsWith("The dashboard of production did not pass: ", await states.Warnings.ReadAsync(Ct), StringComparison.Ordinal);
        var check = Assert.Single(observer.Checks());
        Assert.Equal(("grafana.panels", CheckStatus.Warning), (check.Id, check.Status));

        await stop.CancelAsync();
        await observation;
        clock.Advance(TimeSpan.FromHours(1));
        Assert.False(states.Reader.TryPeek(out _));
    }

    private sealed class StateList : IReporter
    {
        private readonly Channel<string> _states = Channel.CreateUnbounded<string>();
        private readonly Channel<string> _warnings = Channel.CreateUnbounded<string>();

        public ChannelReader<string> Reader => _states.Reader;

        public ChannelReader<string> Warnings => _warnings.Reader;

        public void State(string text) => _states.Writer.TryWrite(text);

        public void Warning(string message) => _warnings.Writer.TryWrite(message);

        public void Progress(ProgressUpdate update)
        {
        }

        // What could not be observed fails the test instead of keeping it.
        public void Verbose(string message)
        {
            if (message.StartsWith("Not observed", StringComparison.Ordinal)) _states.Writer.TryWrite(message);
        }

        public void Information(string message)
        {
        }
    }
}
