namespace RsolvDeploy;

/// <summary>A task of people after a deployment: a manual check with an owner and a due date.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run of the deployment.</param>
/// <param name="Id">The check: <c>task.documentation</c>.</param>
/// <param name="Title">What is to be done.</param>
/// <param name="Due">When it is due, UTC.</param>
public sealed record RunTask(TargetIdentity Target, string RunId, string Id, string Title, DateTimeOffset Due)
{
    /// <summary>Who does it; empty for nobody in particular.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Its state.</summary>
    public RunTaskState State { get; init; }

    /// <summary>The deployed image, <c>repository@sha256:…</c>.</summary>
    public string Image { get; init; } = "";

    /// <summary>Who decided it, <c>user@machine</c>; empty when nobody did.</summary>
    public string By { get; init; } = "";

    /// <summary>When it was decided, UTC; null when it was not.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The comment of the decision; empty when there is none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The body of an issue about it, Markdown.</summary>
    public string Body { get; init; } = "";

    /// <summary>In one line.</summary>
    public override string ToString() => FormattableString.Invariant($"{Id}: {State}, due {Due.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
}
