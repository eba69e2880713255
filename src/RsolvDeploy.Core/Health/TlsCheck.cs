using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Health;

/// <summary><c>health.tls</c>: the certificate is for the host, its chain is trusted, and it is valid for long enough.</summary>
internal static class TlsCheck
{
    /// <summary>Looks at the certificate on a connection of its own, on which nothing is sent.</summary>
    /// <param name="address">The address of the platform.</param>
    /// <param name="leastDays">The least days it has to be valid for.</param>
    /// <param name="roots">Whom to trust instead of the system's own roots; null for those.</param>
    /// <param name="timeout">How long connecting and shaking hands may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Observation> ObserveAsync(
        Uri address, int leastDays, X509Certificate2Collection? roots, TimeSpan timeout, TimeProvider time, CancellationToken ct)
    {
        if (address.Scheme != Uri.UriSchemeHttps) return new Observation(Outcome.NotAsked, $"Not asked: {address} does not use TLS.");

        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return Judge(await InspectAsync(address, roots, both.Token), address.IdnHost, leastDays, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return NoConnection(address, $"no TLS handshake within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception fault) when (fault is SocketException or IOException or AuthenticationException)
        {
            return NoConnection(address, Endpoint.Describe(fault));
        }
    }

    public static Observation Judge(TlsFacts facts, string host, int leastDays, DateTimeOffset now)
    {
        int days = (int)Math.Floor((facts.Until - now).TotalDays);
        var faults = new List<string>();
        if (now < facts.From) faults.Add(string.Create(CultureInfo.InvariantCulture, $"not valid before {facts.From:yyyy-MM-dd}"));
        if (now > facts.Until) faults.Add("expired");
        else if (days < leastDays) faults.Add($"fewer than {leastDays} days left");
        if (facts.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) faults.Add($"not for the host {host}");
        if (facts.ChainStatus.Length > 0) faults.Add($"chain not trusted ({facts.ChainStatus})");

        string seen = string.Create(CultureInfo.InvariantCulture,
            $"{facts.Subject} by {facts.Issuer}, valid until {facts.Until:yyyy-MM-dd}, {days} days left");
        return faults.Count == 0
            ? new Observation(Outcome.Met, $"{seen}, for {host}, chain trusted, {facts.Protocol}")
            : new Observation(Outcome.NotMet, $"{seen}: {string.Join(", ", faults)}")
            {
                Expected = $"for {host}, trusted, at least {leastDays} days",
                Actual = string.Join(", ", faults),
                Remedy = "Renew the certificate, or let the server send the right one with its intermediates.",
            };
    }

    private static async Task<TlsFacts> InspectAsync(Uri address, X509Certificate2Collection? roots, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.DnsSafeHost, address.Port, ct);
        await using var network = new NetworkStream(socket);
        await using var tls = new SslStream(network);
        TlsFacts? facts = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.IdnHost,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                facts = FactsOf(certificate, chain, errors);
                return errors == SslPolicyErrors.None;
            },
        };
        if (roots is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        try
        {
            await tls.AuthenticateAsClientAsync(options, ct);
        }
        catch (AuthenticationException) when (facts is not null)
        {
            return facts;       // refused, as it has to be; the facts tell all that is wrong with it
        }

        return facts is null ? throw new AuthenticationException("the server sent no certificate") : facts with { Protocol = tls.SslProtocol.ToString() };
    }

    private static TlsFacts? FactsOf(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server) return null;
        // Dates are told by their own words; what is left says why nobody vouches for the certificate.
        IEnumerable<X509ChainStatusFlags> flags = chain?.ChainStatus.Select(status => status.Status) ?? [];
        string status = errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            ? string.Join(", ", flags.Where(flag => flag is not (X509ChainStatusFlags.NoError or X509ChainStatusFlags.NotTimeValid)).Distinct())
            : "";
        return new TlsFacts(server.Subject, server.Issuer, new DateTimeOffset(server.NotBefore), new DateTimeOffset(server.NotAfter), errors, status, "");
    }

    private static Observation NoConnection(Uri address, string reason) =>
        new(Outcome.NotMet, $"no TLS connection to {address.Authority}: {reason}")
        {
            Remedy = "Check the address, its DNS entry, and what ends TLS for it.",
        };
}
