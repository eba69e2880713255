namespace RsolvDeploy;

/// <summary>Where a secret value lies; exactly one of variable and Secret is set. The value is never in the configuration.</summary>
public sealed record SecretValueReference
{
    /// <summary>The environment variable that holds it.</summary>
    public string? EnvironmentVariable { get; init; }

    /// <summary>The key of a Secret in the target's namespace that holds it.</summary>
    public SecretKeyReference? SecretKey { get; init; }

    /// <summary>Where it lies, for people.</summary>
    public override string ToString() => SecretKey is { } key ? $"key {key.Key} of Secret {key.Secret}" : $"variable {EnvironmentVariable}";
}
