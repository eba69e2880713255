namespace RsolvDeploy;

/// <summary>A database that the health document, or the logs, report as broken.</summary>
/// <param name="Json">JSON path into the health document, for example <c>$.database</c>.</param>
/// <param name="Not">The trigger fires when the value there is another than this one.</param>
public sealed record DatabaseTrigger(string Json, string Not)
{
    /// <summary>Lines of the pods' logs that report failed connections; null when logs are not watched.</summary>
    public LogTrigger? Log { get; init; }
}
