using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Storage;

namespace RsolvDeploy.TestData;

/// <summary>A record of test data and the check that shows it.</summary>
/// <param name="Definition">The check.</param>
/// <param name="Record">The record.</param>
/// <param name="IdempotencyKey">The same for each attempt and each resumption of a run, so that the platform stores it once.</param>
internal sealed record PlannedRecord(CheckDefinition Definition, TestRecord Record, string IdempotencyKey);

/// <summary>The records to send, made from the templates and marked with the run.</summary>
/// <param name="Address">Where they are posted to.</param>
/// <param name="Commit">The commit that they name.</param>
/// <param name="Records">The records, in order.</param>
internal sealed record TestDataPlan(Uri Address, string Commit, IReadOnlyList<PlannedRecord> Records)
{
    private const int CommitDigits = 40;

    /// <summary>The change, for people.</summary>
    public string Change => $"Send test data: {string.Join(" and ", Records.Select(planned => planned.Record.Body))}";

    /// <summary>Fills in the templates.</summary>
    public static TestDataPlan Create(Uri address, TestDataSettings settings, string runId)
    {
        string commit = CommitOf(runId);
        return new TestDataPlan(address, commit,
        [
            Plan(CheckTable.TestDataValidation, "validation", settings.Validation),
            Plan(CheckTable.TestDataMitigation, "mitigation", settings.Mitigation),
        ]);

        PlannedRecord Plan(CheckDefinition definition, string phase, IReadOnlyDictionary<string, object> template)
        {
            var body = new JsonObject
            {
                ["phase"] = phase,
                ["repo"] = settings.Repository,
                ["issue_number"] = settings.IssueNumber,
                ["commit_sha"] = commit,
                ["data"] = new JsonObject(template.Select(entry => KeyValuePair.Create(entry.Key, Fill(entry.Value)))),
            };
            return new PlannedRecord(definition, new TestRecord(phase, body.ToJsonString()), $"{runId}-{phase}");
        }

        JsonNode? Fill(object value) => value switch
        {
            bool flag => flag,
            long number => number,
            double number => number,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!
                .Replace("{run}", runId, StringComparison.Ordinal)
                .Replace("{commit}", commit, StringComparison.Ordinal)
                .Replace("{repo}", settings.Repository, StringComparison.Ordinal)
                .Replace("{issue}", settings.IssueNumber.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
        };
    }

    /// <summary>The values of the labels on the series of the records, as far as the records name them.</summary>
    public static IReadOnlyDictionary<string, string> LabelsOf(Target target, TestDataSettings settings)
    {
        var labels = new Dictionary<string, string>();
        foreach (string label in target.Metrics.Labels)
        {
            string? value = label switch
            {
                RiseChecks.OwnLabel => settings.Repository,
                "environment" => target.Environment,
                _ => settings.Validation.GetValueOrDefault(label) as string,
            };
            // A value that only one of the records has is not compared.
            bool isOfBoth = label is RiseChecks.OwnLabel or "environment"
                || settings.Mitigation.GetValueOrDefault(label) as string == value;
            if (value is not null && isOfBoth) labels[label] = value;
        }

        return labels;
    }

    /// <summary>
    /// A commit that no repository has, and that shows its run: the digits of the run, filled up with zeros.
    /// </summary>
    private static string CommitOf(string runId)
    {
        string digits = runId.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.Length <= CommitDigits && digits.All(char.IsAsciiHexDigit)
            ? digits.PadRight(CommitDigits, '0')
            : Sha256Text.Of(runId)[..CommitDigits];
    }
}
