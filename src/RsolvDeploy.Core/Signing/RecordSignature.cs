using System.Text;

namespace RsolvDeploy.Signing;

/// <summary>The signature of a record.</summary>
/// <param name="Signer">SHA-256 of the signer's certificate, lower-case hex.</param>
/// <param name="Value">The signature, base64.</param>
internal sealed record RecordSignature(string Signer, string Value)
{
    private const int LongestName = 64;

    /// <summary>The bytes that are signed.</summary>
    /// <param name="purpose">The kind of the record.</param>
    /// <param name="text">The record.</param>
    public static byte[] Content(string purpose, string text) => Encoding.UTF8.GetBytes($"{purpose}\n{text}");

    /// <summary>Why the record is not proven; null when a trusted signer signed it.</summary>
    /// <param name="trusted">The trusted signers.</param>
    /// <param name="purpose">The kind of the record.</param>
    /// <param name="text">The record.</param>
    public RecordProblem? FindProblem(TrustedSigners trusted, string purpose, string text) =>
        trusted.Find(Signer) is not { } signer
            ? new RecordProblem($"is signed by {Name}, who is not trusted{Unreadable(trusted)}", IsAltered: false)
            : signer.Verifies(Content(purpose, text), Value) ? null
            : new RecordProblem("was changed after it was signed", IsAltered: true);

    // A stranger may write anything there.
    private string Name => Signer.Length <= LongestName ? Signer : Signer[..LongestName];

    private static string Unreadable(TrustedSigners trusted) =>
        trusted.Unreadable.Count == 0 ? "" : $" (these certificates cannot be read: {string.Join(", ", trusted.Unreadable)})";
}
