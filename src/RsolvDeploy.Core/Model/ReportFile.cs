namespace RsolvDeploy;

/// <summary>A report that was written: the result of <c>Export-RsolvReport</c>.</summary>
/// <param name="RunId">The run: <c>yyyyMMdd-HHmmss-xxxxxx</c>.</param>
/// <param name="Format">The format.</param>
/// <param name="Path">The file. Only its owner can read it.</param>
public sealed record ReportFile(string RunId, ReportFormat Format, string Path)
{
    /// <summary>The name of the target.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>How the run ended.</summary>
    public ReportVerdict Verdict { get; init; }

    /// <summary>The size of the file in bytes.</summary>
    public long Size { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Format} report of run {RunId}: {Verdict}, {Path}";
}
