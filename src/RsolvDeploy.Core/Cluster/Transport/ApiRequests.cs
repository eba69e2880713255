using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Json;
using RsolvDeploy.Resilience;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Sends requests, retries those that may be retried, and turns every failure into an error with a remedy.</summary>
internal sealed class ApiRequests(ClusterConnection connection, TimeProvider time) : IDisposable
{
    /// <summary>How long one answer may take. Watches and logs: its beginning.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(ClusterHandler.Create(connection))
    {
        BaseAddress = connection.Server,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    // 429 was refused before anything was done; all else is only repeated when it changes nothing.
    private readonly RetryPolicy _reads = Retries(error => error.Transient, time);
    private readonly RetryPolicy _writes = Retries(error => error is { Transient: true, StatusCode: 429 }, time);

    /// <summary>The clock that the limits run by.</summary>
    public TimeProvider Time => time;

    public ApiFaults Faults { get; } = new(connection);

    /// <summary>The server's clock.</summary>
    public ServerClock Clock { get; } = new(time);

    public Task<JsonObject> JsonAsync(ApiCall call, CancellationToken cancellationToken) =>
        ReadAsync(call, ParseObject, cancellationToken);

    /// <summary>What <paramref name="read"/> makes of the whole answer; from then on the answer is its own, to dispose.</summary>
    public Task<T> ReadAsync<T>(ApiCall call, Func<SensitiveBuffer, T> read, CancellationToken cancellationToken) =>
        RunAsync(call, (response, token) => ReadAllAsync(call, response, read, token), cancellationToken);

    /// <summary>An answer whose body is read as it comes. The caller disposes it.</summary>
    public Task<HttpResponseMessage> OpenAsync(ApiCall call, CancellationToken cancellationToken) =>
        RunAsync(call, (response, _) => Task.FromResult(response), cancellationToken);

    /// <summary>Opens a WebSocket over the same verified connection as every request. The caller disposes it.</summary>
    /// <param name="call">What is asked for.</param>
    /// <param name="protocols">The subprotocols that will do, the best one first.</param>
    /// <param name="cancellationToken">Ends the opening, not the connection.</param>
    /// <exception cref="Errors.DeployException">The server refused it, or did not answer.</exception>
    public async Task<ClientWebSocket> OpenSocketAsync(ApiCall call, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var socket = new ClientWebSocket();
        var opened = false;
        try
        {
            socket.Options.CollectHttpResponseDetails = true;
            foreach (var protocol in protocols) socket.Options.AddSubProtocol(protocol);
            var address = new UriBuilder(new Uri(connection.Server, call.Address))
            {
                Scheme = connection.Server.Scheme == Uri.UriSchemeHttps ? "wss" : "ws",
            };
            await socket.ConnectAsync(address.Uri, _http, both.Token);
            opened = true;
            return socket;
        }
        catch (WebSocketException e)
        {
            var status = (int)socket.HttpStatusCode;
            throw status >= 400 ? Faults.From(call, status, null, "", null) : Faults.Broken(call, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Faults.TimedOut(call, Limit, e);
        }
        finally
        {
            if (!opened) socket.Dispose();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        connection.Credentials.Dispose();
    }

    private Task<T> RunAsync<T>(
        ApiCall call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        (call.ReadsOnly ? _reads : _writes).RunAsync(token => OnceAsync(call, read, token), cancellationToken);

    private static RetryPolicy Retries(Func<ApiException, bool> shouldRetry, TimeProvider time) =>
        new(new RetryOptions((_, error) => error is ApiException known && shouldRetry(known), Retries: 4, TimeSpan.FromMilliseconds(200))
        {
            AskedDelay = (_, error) => (error as ApiException)?.RetryAfter,
            Time = time,
        });

    private async Task<T> OnceAsync<T>(
        ApiCall call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = Request(call);
        HttpResponseMessage? response = null;
        var handedOver = false;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            Clock.Observe(response.Headers.Date);
            if (!response.IsSuccessStatusCode)
                throw await Faults.ReadAsync(call, response, both.Token);
            var result = await read(response, both.Token);
            handedOver = result is HttpResponseMessage;
            return result;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Faults.TimedOut(call, Limit, e);
        }
        catch (InputTooLongException e)
        {
            throw Faults.TooLong(call, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException && !cancellationToken.IsCancellationRequested)
        {
            throw Faults.Broken(call, e);
        }
        finally
        {
            if (!handedOver)
                response?.Dispose();
        }
    }

    private static HttpRequestMessage Request(ApiCall call)
    {
        var request = new HttpRequestMessage(call.Method, new Uri(call.Address, UriKind.Relative));
        request.Options.Set(AuthenticationHandler.BeforeAttempt, call.BeforeAttempt);
        request.Headers.Accept.ParseAdd(call.Subresource == "log" ? "*/*" : call.Accept);
        if (call.Body is not null)
            request.Content = new ByteArrayContent(call.Body) { Headers = { ContentType = new MediaTypeHeaderValue(call.ContentType) } };
        return request;
    }

    private static JsonObject ParseObject(SensitiveBuffer answer)
    {
        using (answer) return StrictJson.Parse(answer.Written) as JsonObject ?? throw new JsonException("The answer is no JSON object.");
    }

    private static async Task<T> ReadAllAsync<T>(
        ApiCall call, HttpResponseMessage response, Func<SensitiveBuffer, T> read, CancellationToken cancellationToken)
    {
        var answer = new SensitiveBuffer(call.ExpectedResponse);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var bounded = new BoundedStream(stream, call.LongestResponse);
            while (await bounded.ReadAsync(answer.GetMemory(), cancellationToken) is > 0 and var more) answer.Advance(more);
            return read(answer);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }
}
