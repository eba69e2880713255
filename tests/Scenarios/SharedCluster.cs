namespace RsolvDeploy.Scenarios;

/// <summary>One cluster for all scenarios of a class that change nothing in it.</summary>
public sealed class SharedCluster<T> : IAsyncDisposable
    where T : IScenarioFixture, new()
{
    private readonly T _owner = new();

    public SharedCluster() => Fixture = new Borrowed(_owner);

    internal IScenarioFixture Fixture { get; }

    public ValueTask DisposeAsync() => _owner.DisposeAsync();

    // Starts with the first scenario, so that a cluster that is not there skips the scenarios and does not fail them.
    private sealed class Borrowed(T owner) : IScenarioFixture
    {
        private ScenarioCluster? _cluster;

        async Task<ScenarioCluster> IScenarioFixture.StartAsync(CancellationToken ct) => _cluster ??= await owner.StartAsync(ct);

        Task<(string Image, Action Restore)> IScenarioFixture.DownRegistryAsync() =>
            throw new NotSupportedException("A shared cluster stays as it is.");

        Task<string> IScenarioFixture.RewriteImagesAsync(CancellationToken ct) =>
            throw new NotSupportedException("A shared cluster stays as it is.");

        Task<(string Image, Action Restore)> IScenarioFixture.RefuseImageAsync(int status) =>
            throw new NotSupportedException("A shared cluster stays as it is.");

        Task IScenarioFixture.ForbidImageAsync(string image, CancellationToken ct) =>
            throw new NotSupportedException("A shared cluster stays as it is.");

        Task IScenarioFixture.AddNodeAsync(string label, CancellationToken ct) =>
            throw new NotSupportedException("A shared cluster stays as it is.");

        void IScenarioFixture.KillForMemory() => throw new NotSupportedException("A shared cluster stays as it is.");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
