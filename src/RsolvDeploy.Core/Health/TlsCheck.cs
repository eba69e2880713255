using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Health;

/// <summary><c>health.tls</c>: the certificate is for the host, its chain is trusted, and it is valid for long enough.</summary>
/// <param name="roots">The roots to trust instead of the system's own; null for those.</param>
/// <param name="timeout">How long the connection and the handshake may take.</param>
/// <param name="clock">The clock.</param>
internal sealed class TlsCheck(X509Certificate2Collection? roots, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>Reads the certificate on a connection of its own, on which nothing is sent.</summary>
    /// <param name="address">The address of the platform.</param>
    /// <param name="leastDays">The least days it has to be valid for.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<CheckOutcome> EvaluateAsync(Uri address, int leastDays, CancellationToken ct)
    {
        if (address.Scheme != Uri.UriSchemeHttps) return CheckOutcome.Skipped($"{address} does not use TLS");

        using var limit = new CancellationTokenSource(timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return Judge(await InspectAsync(address, both.Token), address.IdnHost, leastDays, clock.GetUtcNow());
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return NoConnection(address, leastDays, $"no TLS handshake within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception fault) when (fault is SocketException or IOException or AuthenticationException)
        {
            return NoConnection(address, leastDays, Endpoint.Describe(fault));
        }
    }

    /// <summary>Judges what was read. The compared values are the days left; the evidence names every fault.</summary>
    public static CheckOutcome Judge(TlsFacts facts, string host, int leastDays, DateTimeOffset now)
    {
        int days = (int)Math.Floor((facts.Until - now).TotalDays);
        var faults = new List<string>();
        if (now < facts.From) faults.Add(string.Create(CultureInfo.InvariantCulture, $"not valid before {facts.From:yyyy-MM-dd}"));
        if (now > facts.Until) faults.Add("expired");
        else if (days < leastDays) faults.Add($"fewer than {leastDays} days left");
        if (facts.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) faults.Add($"not for the host {host}");
        if (facts.ChainStatus.Length > 0) faults.Add($"chain not trusted ({facts.ChainStatus})");

        string certificate = string.Create(CultureInfo.InvariantCulture,
            $"{facts.Subject} by {facts.Issuer}, valid until {facts.Until:yyyy-MM-dd}, {days} days left");
        return CheckOutcome.MetIf(faults.Count == 0,
            faults.Count == 0
                ? $"{certificate}, for {host}, chain trusted, {facts.Protocol}"
                : $"{certificate}: {string.Join(", ", faults)}",
            "Renew the certificate, or let the server send the right one with its intermediates.").Compared(leastDays, days);
    }

    private async Task<TlsFacts> InspectAsync(Uri address, CancellationToken ct)
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
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        try
        {
            await tls.AuthenticateAsClientAsync(options, ct);
        }
        catch (Exception fault) when (facts is not null && fault is AuthenticationException or IOException)
        {
            // Refused here, as it has to be, or by a server that wants a client certificate; the facts hold all that is wrong with it.
            return facts;
        }

        return facts is null
            ? throw new AuthenticationException("the server sent no certificate")
            : facts with { Protocol = tls.SslProtocol.ToString() };
    }

    private static TlsFacts? FactsOf(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server) return null;
        // Dates are reported on their own; the other flags are why the chain is not trusted.
        IEnumerable<X509ChainStatusFlags> flags = chain?.ChainStatus.Select(status => status.Status) ?? [];
        string status = errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            ? string.Join(
                ", ", flags.Where(flag => flag is not (X509ChainStatusFlags.NoError or X509ChainStatusFlags.NotTimeValid)).Distinct())
            : "";
        return new TlsFacts(
            server.Subject, server.Issuer, new DateTimeOffset(server.NotBefore), new DateTimeOffset(server.NotAfter), errors, status, "");
    }

    private static CheckOutcome NoConnection(Uri address, int leastDays, string reason) =>
        CheckOutcome.NotMet(
            $"no TLS connection to {address.Authority}: {reason}", "Check the address, its DNS entry, and what ends TLS for it.")
            .Compared(leastDays, ProbeResponse.None);
}
