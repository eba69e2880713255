namespace RsolvDeploy.Runs;

/// <summary>A check in the ledger.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Evidence">What was observed; never a secret value.</param>
internal sealed record RecordedCheck(string Id, CheckStatus Status, string Evidence);
