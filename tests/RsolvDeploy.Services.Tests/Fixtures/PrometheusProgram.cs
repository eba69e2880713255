namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>Prometheus or Alertmanager on loopback, with a folder that is deleted with it.</summary>
internal sealed class PrometheusProgram : IAsyncDisposable
{
    private readonly ServerProgram _program;
    private readonly string _folder;

    private PrometheusProgram(ServerProgram program, string folder, Uri address)
    {
        _program = program;
        _folder = folder;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>
    /// Writes the files, starts the program, and waits until its ready endpoint returns 200. Skips the test when
    /// the program is not installed.
    /// </summary>
    public static async Task<PrometheusProgram> StartAsync(
        string name, IReadOnlyDictionary<string, string> files, Func<string, int, IEnumerable<string>> arguments, CancellationToken ct)
    {
        Assert.SkipWhen(ServerProgram.WhyMissing(name, name) is not null, ServerProgram.WhyMissing(name, name) ?? "");
        string folder = Directory.CreateTempSubdirectory("rsolv-services-").FullName;
        foreach ((string file, string content) in files) await File.WriteAllTextAsync(Path.Combine(folder, file), content, ct);
        int port = LoopbackPort.Free();
        var address = new Uri($"http://127.0.0.1:{port}/");
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        ServerProgram program = await ServerProgram.StartAsync(name, arguments(folder, port), IsReadyAsync, ct);
        return new PrometheusProgram(program, folder, address);

        async Task<bool> IsReadyAsync()
        {
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

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
