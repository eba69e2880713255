using System.Text.Json.Serialization;

namespace RsolvDeploy;

/// <summary>What a person decided about a manual check of a run.</summary>
/// <param name="RunId">The run: <c>yyyyMMdd-HHmmss-xxxxxx</c>.</param>
/// <param name="CheckId">The check, for example <c>approval.engineering-lead</c>.</param>
/// <param name="Approved">Whether it was approved; false when it was rejected.</param>
/// <param name="By">Who decided, <c>user@machine</c>.</param>
/// <param name="At">When, UTC.</param>
public sealed record Approval(string RunId, string CheckId, bool Approved, string By, DateTimeOffset At)
{
    /// <summary>The comment; empty when there is none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>SHA-256 of the certificate of the person who signed it, in hex; null when nobody did.</summary>
    public string? Signer { get; init; }

    /// <summary>Why it proves nothing: it was changed, is not signed, or its signer is not trusted. Null when it is proven.</summary>
    [JsonIgnore]
    public string? Problem { get; init; }

    /// <summary>The target of the run, in the output of <c>Approve-RsolvCheck</c>; null in a record of the run.</summary>
    [JsonIgnore]
    public TargetIdentity? Target { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{CheckId}: {(Approved ? "approved" : "rejected")} by {By}";
}
