namespace RsolvDeploy;

/// <summary>Where a build secret lies. Exactly one of variable, file and Secret is set.</summary>
/// <param name="Id">The id that <c>RUN --mount=type=secret,id=…</c> names.</param>
public sealed record BuildSecretSettings(string Id)
{
    /// <summary>The environment variable that holds it.</summary>
    public string? Env { get; init; }

    /// <summary>The file that holds it, as a full path.</summary>
    public string? File { get; init; }

    /// <summary>The Secret in the target's namespace that holds it.</summary>
    public string? Secret { get; init; }

    /// <summary>The key in the Secret.</summary>
    public string? Key { get; init; }
}
