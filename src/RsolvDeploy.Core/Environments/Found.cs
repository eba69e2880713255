namespace RsolvDeploy.Environments;

/// <summary>What a look at one box came to.</summary>
/// <param name="Status">What it means.</param>
/// <param name="Evidence">What was seen.</param>
internal sealed record Found(CheckStatus Status, string Evidence)
{
    public string? Remedy { get; init; }

    public static Found Passed(string evidence) => new(CheckStatus.Passed, evidence);

    public static Found Warning(string evidence, string remedy) => new(CheckStatus.Warning, evidence) { Remedy = remedy };

    public static Found Failed(string evidence, string remedy) => new(CheckStatus.Failed, evidence) { Remedy = remedy };

    public static Found Skipped(string reason) => new(CheckStatus.Skipped, reason);
}
