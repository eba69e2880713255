using System.Net;
using System.Net.Sockets;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Health;

/// <summary>
/// <c>health.addresses</c>: every address of the host responds. One of an IPv6 record that leads nowhere delays half of the users, and a
/// client that tries both kinds never shows it.
/// </summary>
/// <param name="resolve">Finds the addresses of a host.</param>
/// <param name="authorize">Adds the credential to a connection.</param>
/// <param name="timeout">How long one address may take.</param>
/// <param name="clock">The clock.</param>
internal sealed class AddressCheck(
    Func<string, CancellationToken, Task<IPAddress[]>> resolve,
    Func<Func<SocketsHttpHandler>, HttpMessageHandler> authorize,
    TimeSpan timeout,
    TimeProvider clock)
{
    private const int MostAddresses = 16;
    private const string Remedy = "Correct the DNS record of the address, or let the load balancer respond on it.";

    /// <summary>Sends one request to each address.</summary>
    /// <param name="endpoint">The address of an endpoint.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<CheckOutcome> EvaluateAsync(Uri endpoint, CancellationToken ct)
    {
        if (!HttpClient.DefaultProxy.IsBypassed(endpoint) && HttpClient.DefaultProxy.GetProxy(endpoint) is { } proxy)
            return CheckOutcome.Skipped($"{endpoint.Authority} is reached through the proxy {proxy.Authority}");

        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(endpoint.DnsSafeHost, out var literal)
                ? [literal]
                : await resolve(endpoint.DnsSafeHost, ct);
        }
        catch (SocketException fault)
        {
            return CheckOutcome.NotMet($"{endpoint.DnsSafeHost} has no address: {fault.Message}", "Check the DNS entry of the host.")
                .Compared(1, 0);
        }

        var results = await Task.WhenAll(addresses.Distinct().Take(MostAddresses).Select(address => RequestAsync(endpoint, address, ct)));
        var measured = results.Where(result => result.IsReachable).ToList();
        var responding = measured.Count(result => result.Response is not null);
        var evidence = string.Join("; ", results.Select(result => result.ToString()));
        if (measured.Count == 0) return CheckOutcome.Inconclusive($"No address can be reached from this machine: {evidence}");
        return CheckOutcome.MetIf(responding == measured.Count, evidence, Remedy).Compared(measured.Count, responding);
    }

    private async Task<AddressResult> RequestAsync(Uri endpoint, IPAddress address, CancellationToken ct)
    {
        SocketError? refused = null;
        using var http = new HttpClient(authorize(() => CreateHandler(address, error => refused = error)))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var (response, _) = await new Endpoint(http, endpoint, timeout, clock).GetAsync(
            "*/*", static (_, _) => Task.FromResult(true), ct);
        return new AddressResult(address, response.Status is null ? null : response, response.Fault ?? "")
        {
            // That this machine has no way to any address of that kind is no fault of the platform.
            IsReachable = refused is not (SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported
                or SocketError.AddressNotAvailable),
        };
    }

    private static SocketsHttpHandler CreateHandler(IPAddress address, Action<SocketError> refuse) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = (context, ct) => ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), refuse, ct),
    };

    private static async ValueTask<Stream> ConnectAsync(IPEndPoint address, Action<SocketError> refuse, CancellationToken ct)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception fault)
        {
            socket?.Dispose();
            if (fault is SocketException known) refuse(known.SocketErrorCode);
            throw;
        }
    }

    private sealed record AddressResult(IPAddress Address, ProbeResponse? Response, string Fault)
    {
        public bool IsReachable { get; init; }

        public override string ToString() =>
            $"{(Address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")} {Address}: "
                + (Response is not null ? Response.ToString() : IsReachable ? Fault : "this machine has no such network");
    }
}
