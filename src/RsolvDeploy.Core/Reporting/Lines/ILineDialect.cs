namespace RsolvDeploy.Reporting.Lines;

/// <summary>How a CI system marks groups and errors in the lines of a log.</summary>
internal interface ILineDialect
{
    /// <summary>The lines that begin a group.</summary>
    IEnumerable<string> Begin(string name, DateTimeOffset at);

    /// <summary>The lines that end a group.</summary>
    IEnumerable<string> End(string name, DateTimeOffset at);

    /// <summary>An error; null when the system marks none.</summary>
    string? Error(string title, string message);
}
