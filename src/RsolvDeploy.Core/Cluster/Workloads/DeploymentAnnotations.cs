namespace RsolvDeploy.Cluster.Workloads;

/// <summary>The annotations of a Deployment that are read or written: Kubernetes' own, and ours.</summary>
internal static class DeploymentAnnotations
{
    /// <summary>The prefix of ours.</summary>
    public const string Prefix = "rsolv.dev/";

    /// <summary>The revision, as the Deployment controller numbers it.</summary>
    public const string Revision = "deployment.kubernetes.io/revision";

    /// <summary>The earlier revisions of a ReplicaSet that was used again.</summary>
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";

    /// <summary>Why the template changed, as <c>kubectl rollout history</c> shows it.</summary>
    public const string ChangeCause = "kubernetes.io/change-cause";

    /// <summary>The run that wrote the template.</summary>
    public const string RunId = Prefix + "run-id";

    /// <summary>The image before the update.</summary>
    public const string PreviousImage = Prefix + "previous-image";

    /// <summary>The revision before the update.</summary>
    public const string PreviousRevision = Prefix + "previous-revision";

    /// <summary>What a person reports to be broken. A rollback removes it.</summary>
    public const string Broken = Prefix + "broken";

    /// <summary>Marks the pod template of a dry run.</summary>
    public const string DryRun = Prefix + "dry-run";

    private const int LongestValue = 500;

    /// <summary>A value of bounded length on one line: a reason may quote pages of a log.</summary>
    public static string Bound(string value)
    {
        var line = string.Concat(value.Select(one => char.IsControl(one) ? ' ' : one));
        if (line.Length <= LongestValue) return line;
        var end = char.IsHighSurrogate(line[LongestValue - 1]) ? LongestValue - 1 : LongestValue;
        return line[..end] + "…";
    }

    /// <summary>The JSON pointer of an annotation (RFC 6901).</summary>
    public static string PathOf(string name) =>
        $"/metadata/annotations/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
