using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Reports;

/// <summary>The approvals and the sign-off of a run, by the lines of its ledger.</summary>
internal static class ReportApprovals
{
    private const string Approval = "approval";
    private const string Completed = "completed";

    /// <summary>What was decided about manual checks, oldest first.</summary>
    public static IReadOnlyList<ReportApproval> From(RecordedRun? run) =>
    [
        .. Lines(run, Approval).Select(data => new ReportApproval(
            data["checkId"].Text() ?? "",
            data["approved"] is JsonValue value && value.TryGetValue<bool>(out var approved) && approved,
            data["by"].Text() ?? "",
            Time(data["at"]),
            data["comment"].Text() ?? "")),
    ];

    /// <summary>The sign-off; null when the run was not signed off.</summary>
    public static ReportSignOff? SignOff(RecordedRun? run) => Lines(run, Completed).LastOrDefault() is { } data
        ? new ReportSignOff(data["outcome"].Text() ?? "", data["by"].Text() ?? "", Time(data["at"]), data["comment"].Text() ?? "")
        : null;

    private static IEnumerable<JsonObject> Lines(RecordedRun? run, string name) =>
        (run?.Text.Lines ?? []).Where(line => line.Event == name).Select(line => line.Data);

    private static DateTimeOffset Time(JsonNode? node) =>
        DateTimeOffset.TryParse(node.Text(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : default;
}
