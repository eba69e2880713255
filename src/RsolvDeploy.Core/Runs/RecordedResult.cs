using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>A step's result in the ledger: how it ended, its checks, and what the next step takes from it.</summary>
internal static class RecordedResult
{
    /// <summary>What is written down; of a check its evidence, never a secret value.</summary>
    public static JsonObject From(string command, IStepResult result)
    {
        var (image, previous) = result switch
        {
            Rollout rollout => (rollout.Image, rollout.PreviousRevision),
            Migration migration => (migration.Image, migration.PreviousRevision),
            Verification verification => (verification.Image, verification.PreviousRevision),
            Rollback rollback => (rollback.Image, null),
            _ => (null, null),
        };
        var recorded = new JsonObject
        {
            ["command"] = command,
            ["type"] = result.GetType().Name,
            ["status"] = result.Status.ToString(),
            ["verdict"] = (result as Verification)?.Verdict.ToString(),
            ["image"] = image,
            ["previousRevision"] = previous,
            ["repository"] = (result as PublishedImage)?.Repository,
            ["digest"] = (result as PublishedImage)?.Digest,
            ["path"] = (result as StateBackup)?.Path,
            ["baseline"] = result.Baseline is null ? null : JsonSerializer.SerializeToNode(result.Baseline, LedgerJson.Default.Baseline),
            ["checks"] = new JsonArray([.. result.Checks.Select(check => new JsonObject { ["id"] = check.Id, ["status"] = check.Status.ToString(), ["evidence"] = check.Evidence })]),
        };
        foreach (var name in recorded.Where(entry => entry.Value is null).Select(entry => entry.Key).ToList()) recorded.Remove(name);
        return recorded;
    }

    /// <summary>The result as the next step takes it: without its checks, which stand in the ledger; null when the next step takes nothing of it.</summary>
    public static IStepResult? Read(JsonObject? recorded, Target target, string runId)
    {
        if (!Enum.TryParse<StepStatus>(recorded?["status"].Text(), out var status)) return null;
        var (image, previous) = (recorded!["image"].Text(), (long?)recorded["previousRevision"]);
        IStepResult? result = recorded["type"].Text() switch
        {
            nameof(PublishedImage) => new PublishedImage(target, runId, status, []) { Repository = recorded["repository"].Text() ?? "", Digest = recorded["digest"].Text() },
            nameof(Rollout) => new Rollout(target, runId, status, []) { Image = image, PreviousRevision = previous },
            nameof(Migration) => new Migration(target, runId, status, []) { Image = image, PreviousRevision = previous },
            nameof(Verification) when Enum.TryParse<Verdict>(recorded["verdict"].Text(), out var verdict) =>
                new Verification(target, runId, verdict, []) { Status = status, Image = image, PreviousRevision = previous },
            nameof(Rollback) => new Rollback(target, runId, status, []) { Image = image },
            nameof(StateBackup) => new StateBackup(target, runId, status, []) { Path = recorded["path"].Text() },
            nameof(Readiness) when status == StepStatus.Succeeded => new Readiness(target, runId, ReadinessVerdict.Ready, []),
            _ => null,
        };
        return result is not null && recorded["baseline"]?.Deserialize(LedgerJson.Default.Baseline) is { } baseline ? result.WithBaseline(baseline) : result;
    }
}

/// <summary>How what was wrong before a deployment is read and written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Baseline))]
internal sealed partial class LedgerJson : JsonSerializerContext;
