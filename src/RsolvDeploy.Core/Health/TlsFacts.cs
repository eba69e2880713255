using System.Net.Security;

namespace RsolvDeploy.Health;

/// <summary>The certificate of a server, and what is wrong with it.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who issued it.</param>
/// <param name="From">From when it is valid, UTC.</param>
/// <param name="Until">Until when it is valid, UTC.</param>
/// <param name="Errors">What the platform's own verification refuses.</param>
/// <param name="ChainStatus">Why the chain is not trusted; empty when it is.</param>
/// <param name="Protocol">The version of TLS that was agreed on.</param>
internal sealed record TlsFacts(
    string Subject, string Issuer, DateTimeOffset From, DateTimeOffset Until, SslPolicyErrors Errors, string ChainStatus, string Protocol);
