namespace RsolvDeploy.Sandbox.Platform;

/// <summary>The serving pods and their metrics. Thread safe.</summary>
internal sealed class PlatformState
{
    private volatile IReadOnlyList<PlatformPod> _pods = [];
    private int _turn;

    /// <summary>The key that <c>x-api-key</c> must contain.</summary>
    public string ApiKey { get; set; } = "sbxsecret-demo-api-key";

    public StoredPhases Phases { get; } = new();

    public PlatformMetrics Metrics { get; } = new();

    public IReadOnlyList<PlatformPod> Pods => _pods;

    public void SetPods(IReadOnlyList<PlatformPod> readyPods) => _pods = [.. readyPods];

    /// <summary>The pod that serves the next request; null when none is ready.</summary>
    public PlatformPod? Next()
    {
        var pods = _pods;
        return pods.Count == 0 ? null : pods[(int)((uint)Interlocked.Increment(ref _turn) % (uint)pods.Count)];
    }
}
