namespace RsolvDeploy.Sandbox;

/// <summary>How a sandbox behaves. The defaults are fast, so that a rehearsal is short.</summary>
internal sealed record SandboxOptions
{
    /// <summary>Where its files go; null for a new folder under the temporary one, which goes when the sandbox ends.</summary>
    public string? Folder { get; init; }

    /// <summary>The namespace whose platform the services serve.</summary>
    public string Namespace { get; init; } = "rsolv-production";

    /// <summary>How long ago its certificates were made; they are valid for two days.</summary>
    public TimeSpan CertificateAge { get; init; }

    /// <summary>Called with each request to any of its services before it is answered; who asked waits for what this waits for. Null for nothing.</summary>
    public Func<HttpContext, Task>? Arriving { get; init; }

    /// <summary>How often the controllers look.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>How long each step of a pod's start takes.</summary>
    public TimeSpan StartDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a pod that starts slowly takes.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a pod takes to end.</summary>
    public TimeSpan StopDelay { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long is waited before something that failed is tried again.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(10);
}
