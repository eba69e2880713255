using System.Globalization;
using System.Text;
using RsolvDeploy.Reporting.Lines;
using RsolvDeploy.Runs;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>The summary of a deployment as Markdown, where a CI system shows one.</summary>
internal static class StepSummary
{
    private const string FileName = "summary.md";

    /// <summary>Writes it: to the file that GitHub names, or beside the ledger for Azure Pipelines.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <returns>The line that makes Azure Pipelines show it; null elsewhere.</returns>
    public static string? Write(DeploymentSummary summary, Func<string, string?> environment)
    {
        if (LineDialects.SummaryFile(environment) is { } file)
        {
            File.AppendAllText(file, ToMarkdown(summary));
            return null;
        }

        var folder = new RunFolder(summary.RunId);
        if (LineDialects.Find(environment) is not AzureLines || !folder.IsRecorded) return null;
        var path = Path.Combine(folder.Path, FileName);
        File.Delete(path);
        PrivateStorage.Write(path, Encoding.UTF8.GetBytes(ToMarkdown(summary)));
        return $"##vso[task.uploadsummary]{path}";
    }

    /// <summary>The summary as Markdown; no text of it is read as Markdown or HTML.</summary>
    public static string ToMarkdown(DeploymentSummary summary)
    {
        var page = new StringBuilder();
        if (summary.Rollback is { } rollback) page.Append(CultureInfo.InvariantCulture, $"**{Escape($"{rollback}")}**\n\n");
        page.Append(
            CultureInfo.InvariantCulture,
            $"## Deployment of {Escape(summary.Target.Name)}: {summary.Outcome?.ToString() ?? summary.Status.ToString()}\n\n");
        page.Append("| | phase | status | duration | estimated | |\n|---|---|---|---|---|---|\n");
        foreach (var phase in summary.Phases)
        {
            var evidence = phase.Status == StepStatus.Succeeded ? "" : Escape(phase.Evidence);
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {phase.Number} | {phase.Name} | {phase.Status?.ToString() ?? "not started"} | {phase.Duration:h\\:mm\\:ss} "
                    + $"| {phase.Estimate} | {evidence} |\n");
        }

        return page.Append(CultureInfo.InvariantCulture, $"\nNext: {Escape(summary.Next)}\n\nRun {summary.RunId}\n").ToString();
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text.ReplaceLineEndings(" "))
        {
            if (c is '<' or '>' or '&') escaped.Append(CultureInfo.InvariantCulture, $"&#{(int)c};");
            else if (IsMarkup(c)) escaped.Append('\\').Append(c);
            else escaped.Append(c);
        }

        return escaped.ToString();
    }

    private static bool IsMarkup(char c) =>
        (char.IsAscii(c) && char.IsPunctuation(c)) || c is '|' or '`' or '~' or '$' or '^' or '+' or '=';
}
