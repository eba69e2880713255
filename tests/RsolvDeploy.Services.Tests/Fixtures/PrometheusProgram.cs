namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>Prometheus or Alertmanager on loopback, with a folder that is deleted with it.</summary>
internal sealed class PrometheusProgram : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<ServerProgram>> _start;
    private readonly string _folder;
    private ServerProgram? _program;

    private PrometheusProgram(Func<CancellationToken, Task<ServerProgram>> start, string folder, Uri address)
    {
        _start = start;
        _folder = folder;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>
    /// Writes the files, starts the program, and waits until its ready endpoint returns 200. Skips the test when
    /// the program is not installed.
    /// </summary>
    public static async Task<PrometheusProgram> StartAsync(
        string name,
        IReadOnlyDictionary<string, string> files,
        Func<string, int, IEnumerable<string>> arguments,
        CancellationToken ct,
        string scheme = "http",
        int? port = null)
    {
        Assert.SkipWhen(ServerProgram.WhyMissing(name, name) is not null, ServerProgram.WhyMissing(name, name) ?? "");
        string folder = Directory.CreateTempSubdirectory("rsolv-services-").FullName;
        foreach ((string file, string content) in files) await File.WriteAllTextAsync(Path.Combine(folder, file), content, ct);
        int listening = port ?? LoopbackPort.Free();
        var address = new Uri($"{scheme}://127.0.0.1:{listening}/");
        var program = new PrometheusProgram(
            token => ServerProgram.StartAsync(name, arguments(folder, listening), () => IsReadyAsync(address, token), token),
            folder,
            address);
        await program.StartAgainAsync(ct);
        return program;
    }

    /// <summary>Starts it at the same address, with what it has stored.</summary>
    public async Task StartAgainAsync(CancellationToken ct) => _program = await _start(ct);

    /// <summary>Stops it; its folder stays.</summary>
    public async Task StopAsync()
    {
        if (_program is not null) await _program.DisposeAsync();
        _program = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // The certificate is what a test is about; that the program runs does not depend on it.
    private static async Task<bool> IsReadyAsync(Uri address, CancellationToken ct)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var http = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri("-/ready", UriKind.Relative), ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;       // not listening yet
        }
    }
}
