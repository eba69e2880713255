namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>What the sandbox's GitHub accepts, and the key pair that secrets are sealed for.</summary>
internal static class GitHubKeys
{
    /// <summary>The token that it accepts.</summary>
    public const string Token = "ghs_sandboxSandboxSandboxSandboxSandbox1";

    /// <summary>The id of the key.</summary>
    public const string Id = "568250167242549743";

    /// <summary>The public key, in base64.</summary>
    public const string Public = "g1nwOoUCjypnlZDi/n5ZZgXuIVLh3ey1pRoGMwRo3DI=";

    /// <summary>The private key, in base64; only the sandbox's own secrets are sealed for it.</summary>
    public const string Private = "qvBZD7CpeKFaWxreGj/QbqB6ahHeQnIuMN913c70/kM=";
}
