namespace RsolvDeploy.Checks;

/// <summary>What a look at one box came to.</summary>
/// <param name="Status">What it means.</param>
/// <param name="Evidence">What was seen.</param>
internal sealed record CheckOutcome(CheckStatus Status, string Evidence)
{
    public string? Remedy { get; init; }

    public static CheckOutcome Passed(string evidence) => new(CheckStatus.Passed, evidence);

    public static CheckOutcome Warning(string evidence, string remedy) => new(CheckStatus.Warning, evidence) { Remedy = remedy };

    public static CheckOutcome Failed(string evidence, string remedy) => new(CheckStatus.Failed, evidence) { Remedy = remedy };

    public static CheckOutcome Skipped(string reason) => new(CheckStatus.Skipped, reason);
}
