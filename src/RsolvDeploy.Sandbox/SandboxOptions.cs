namespace RsolvDeploy.Sandbox;

/// <summary>The options of a sandbox. The defaults are fast, so that a rehearsal is short.</summary>
internal sealed record SandboxOptions
{
    /// <summary>The folder of its files; null for a new temporary folder, which is deleted when the sandbox ends.</summary>
    public string? Folder { get; init; }

    /// <summary>The namespace of the platform that the services serve.</summary>
    public string Namespace { get; init; } = "rsolv-production";

    /// <summary>The age of its certificates, which are valid for two days.</summary>
    public TimeSpan CertificateAge { get; init; }

    /// <summary>
    /// Called with each request to any service before the service handles it; the request waits for it. Null for nothing.
    /// </summary>
    public Func<HttpContext, Task>? Arriving { get; init; }

    /// <summary>The interval of the controllers.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>The duration of each step of a pod's start.</summary>
    public TimeSpan StartDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The duration of a slow start.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time a pod takes to terminate.</summary>
    public TimeSpan StopDelay { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>The delay before a failed pull or container is tried again.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the controller of StatefulSets waits for a broken pod also with the policy Parallel, as that of Kubernetes 1.35.0 to 1.35.3
    /// does (kubernetes/kubernetes#137409).
    /// </summary>
    public bool CountsBrokenPods { get; init; }
}
