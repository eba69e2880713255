namespace RsolvDeploy.Redaction;

/// <summary>An exception of another library whose text held a secret value: its type, message and stack trace without it.</summary>
/// <param name="type">The full name of the type.</param>
/// <param name="message">The message, redacted.</param>
/// <param name="text">All of it with stack traces and inner exceptions, redacted.</param>
internal sealed class RedactedException(string type, string message, string text) : Exception(message)
{
    /// <summary>The full name of the type of the original.</summary>
    public string OriginalType => type;

    /// <inheritdoc/>
    public override string ToString() => text;
}
