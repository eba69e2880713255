using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Core.Tests.Reports.Browser;

/// <summary>The Chromium of this machine without a window, driven by its DevTools protocol.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly string _profile;
    private readonly ChildProcess _process;
    private Task _reading = Task.CompletedTask;
    private string? _session;
    private int _last;

    private Chromium(ChildProcess process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>What the page did that it should not: errors of the console, exceptions, requests.</summary>
    public ConcurrentQueue<string> Events { get; } = new();

    /// <summary>The program; null when none is installed.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Starts it with one empty page.</summary>
    public static async Task<Chromium> StartAsync(string program, CancellationToken ct)
    {
        var profile = Directory.CreateTempSubdirectory("rsolv-chromium-").FullName;
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = ChildProcess.Start(new ProgramStart(
            program,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0",
                $"--user-data-dir={profile}", "about:blank",
            ])
        {
            ErrorLine = line =>
            {
                if (Listening().Match(line) is { Success: true } match) address.TrySetResult(match.Groups[1].Value);
            },
        });
        var browser = new Chromium(process, profile);
        try
        {
            var ended = process.StandardError.ContinueWith(
                text => address.TrySetException(new InvalidOperationException($"Chromium ended: {text.Result}")), TaskScheduler.Default);
            await browser._socket.ConnectAsync(new Uri(await address.Task.WaitAsync(ct)), ct);
            browser._reading = browser.ReadAsync();
            await browser.OpenPageAsync(ct);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a file and waits until it is loaded.</summary>
    public async Task OpenAsync(string path, CancellationToken ct)
    {
        await SendAsync("Page.navigate", new JsonObject { ["url"] = new Uri(path).AbsoluteUri }, ct);
        // The load event may come before anybody waits for it; the state of the document does not go away.
        await EvaluateAsync(
            "new Promise(done => document.readyState === 'complete' ? done(1) : addEventListener('load', () => done(1)))", ct);
    }

    /// <summary>The value of an expression, as JSON; of a promise what it resolves to.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression, CancellationToken ct)
    {
        var answer = await SendAsync(
            "Runtime.evaluate",
            new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true },
            ct);
        Assert.True(answer["exceptionDetails"] is null, answer["exceptionDetails"]?.ToJsonString());
        return answer["result"]?["value"];
    }

    /// <summary>Sets the width of the screen in pixels, and whether it is a phone.</summary>
    public Task ResizeAsync(int width, bool isPhone, CancellationToken ct) => SendAsync(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject { ["width"] = width, ["height"] = 844, ["deviceScaleFactor"] = 1, ["mobile"] = isPhone },
        ct);

    /// <summary>Sets whether the operator prefers a dark page.</summary>
    public Task PreferAsync(string scheme, CancellationToken ct) => SendAsync(
        "Emulation.setEmulatedMedia",
        new JsonObject
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }),
        },
        ct);

    /// <summary>A picture of the page: of the whole page, or of its first screen.</summary>
    public async Task<byte[]> CaptureAsync(bool whole, CancellationToken ct) => Convert.FromBase64String((string)(await SendAsync(
        "Page.captureScreenshot", new JsonObject { ["format"] = "png", ["captureBeyondViewport"] = whole }, ct))["data"]!);

    /// <summary>The page on paper, as PDF.</summary>
    public async Task<byte[]> PrintAsync(CancellationToken ct) => Convert.FromBase64String((string)(await SendAsync(
        "Page.printToPDF", new JsonObject { ["printBackground"] = true }, ct))["data"]!);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _reading;
        _socket.Dispose();
        _process.Dispose();
        _ended.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A process of the browser that ends late still writes to it.
        }
    }

    private async Task OpenPageAsync(CancellationToken ct)
    {
        var target = await SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }, ct);
        var attached = await SendAsync(
            "Target.attachToTarget", new JsonObject { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true }, ct);
        _session = (string)attached["sessionId"]!;
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" }) await SendAsync($"{domain}.enable", [], ct);
    }

    private async Task<JsonNode> SendAsync(string method, JsonObject parameters, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _waiting[id] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null) message["sessionId"] = _session;
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, ct);
        return await answer.Task.WaitAsync(ct);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, _ended.Token);
                if (part.MessageType == WebSocketMessageType.Close) break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                Handle(JsonNode.Parse(Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length))!);
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The browser ended, or is about to.
        }

        foreach (var waiting in _waiting.Values) waiting.TrySetException(new InvalidOperationException("Chromium closed the connection."));
    }

    private void Handle(JsonNode message)
    {
        if (message["id"] is { } id)
        {
            if (!_waiting.TryRemove((int)id, out var waiting)) return;
            if (message["error"] is { } error) waiting.SetException(new InvalidOperationException(error.ToJsonString()));
            else waiting.SetResult(message["result"]!);
            return;
        }

        if (message["params"] is not JsonObject data) return;
        var type = (string?)data["type"];
        var url = (string?)(data["request"] as JsonObject)?["url"];
        switch ((string?)message["method"])
        {
            case "Runtime.exceptionThrown" or "Log.entryAdded":
            case "Runtime.consoleAPICalled" when type is "error" or "warning":
                Events.Enqueue(data.ToJsonString());
                break;
            case "Network.requestWillBeSent" when url is not (null or "about:blank") && !url.StartsWith("file:", StringComparison.Ordinal):
                Events.Enqueue($"request of {url}");
                break;
        }
    }

    [GeneratedRegex(@"DevTools listening on (ws://\S+)")]
    private static partial Regex Listening();
}
