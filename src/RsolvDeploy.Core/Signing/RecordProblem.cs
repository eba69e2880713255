namespace RsolvDeploy.Signing;

/// <summary>Why a record is not proven.</summary>
/// <param name="Reason">The reason, as the end of a sentence: <c>is not signed</c>.</param>
/// <param name="IsAltered">Whether it was changed after it was signed, so that trusting its signer would not prove it.</param>
internal sealed record RecordProblem(string Reason, bool IsAltered)
{
    /// <summary>A record without a signature.</summary>
    public static readonly RecordProblem Unsigned =
        new("is not signed: it is made up, or of a version of the module that signed nothing", IsAltered: false);
}
