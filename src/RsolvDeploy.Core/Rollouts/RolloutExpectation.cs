namespace RsolvDeploy.Rollouts;

/// <summary>What a rollout has to end in.</summary>
/// <param name="Deployment">The name of the Deployment, or of the workload of another kind.</param>
/// <param name="Container">The container whose image was set.</param>
/// <param name="Image">The image of the pod template, as the API server stored it: admission may name another registry.</param>
/// <param name="Generation">The generation of the Deployment that the write made.</param>
internal sealed record RolloutExpectation(string Deployment, string Container, string Image, long Generation)
{
    /// <summary>The images of more containers and init containers that have to run, by name.</summary>
    public IReadOnlyDictionary<string, string> AdditionalImages { get; init; } = new Dictionary<string, string>();

    /// <summary>The kind of the workload.</summary>
    public WorkloadKind Kind { get; init; }

    /// <summary>How the rollout is judged: restarts, and the patience of each cause.</summary>
    public RolloutSettings Settings { get; init; } = new();

    /// <summary>All containers with the image that each has to run.</summary>
    public IEnumerable<(string Container, string Image)> Images =>
        AdditionalImages.Select(one => (one.Key, one.Value)).Prepend((Container, Image));
}
