namespace RsolvDeploy;

/// <summary>E-mail by SMTP.</summary>
/// <param name="Server">The server, <c>host</c> or <c>host:port</c>; the port is 587 when it is not given.</param>
/// <param name="From">The sender's address.</param>
/// <param name="To">The recipients' addresses.</param>
public sealed record EmailSettings(string Server, string From, IReadOnlyList<string> To)
{
    /// <summary>The recipients' addresses.</summary>
    public IReadOnlyList<string> To { get; init => field = value.ToArray(); } = To.ToArray();

    /// <summary><c>starttls</c>, <c>tls</c> or <c>none</c>.</summary>
    public string Security { get; init; } = "starttls";

    /// <summary>The user name; null for a server without login.</summary>
    public string? Username { get; init; }

    /// <summary>Where the password lies; null for a server without login.</summary>
    public SecretValueReference? Password { get; init; }
}
