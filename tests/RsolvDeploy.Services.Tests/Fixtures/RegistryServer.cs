namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A real registry (distribution) on loopback.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly ServerProgram _program;
    private readonly string _folder;

    private RegistryServer(ServerProgram program, string folder, string host)
    {
        _program = program;
        _folder = folder;
        Host = host;
    }

    public string Host { get; }

    /// <summary>Starts it; with the content of an htpasswd file it requires a password.</summary>
    public static async Task<RegistryServer> StartAsync(string? passwords, CancellationToken ct)
    {
        string folder = Directory.CreateTempSubdirectory("rsolv-registry-").FullName;
        string auth = passwords is null ? "" : $"auth: {{ htpasswd: {{ realm: test, path: {folder}/passwords }} }}";
        await File.WriteAllTextAsync(Path.Combine(folder, "passwords"), passwords ?? "", ct);
        return await StartAsync(folder, auth, ct);
    }

    /// <summary>Starts it with a section <c>auth</c> of its configuration.</summary>
    public static Task<RegistryServer> StartWithAsync(string auth, CancellationToken ct) =>
        StartAsync(Directory.CreateTempSubdirectory("rsolv-registry-").FullName, auth, ct);

    private static async Task<RegistryServer> StartAsync(string folder, string auth, CancellationToken ct)
    {
        string host = $"127.0.0.1:{LoopbackPort.Free()}";
        await File.WriteAllTextAsync(
            Path.Combine(folder, "registry.yml"),
            $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: {{folder}}/data }, delete: { enabled: true } }
            http: { addr: {{host}} }
            {{auth}}
            """,
            ct);
        using var http = new HttpClient();
        ServerProgram program = await ServerProgram.StartAsync("docker-registry", ["serve", $"{folder}/registry.yml"], IsReadyAsync, ct);
        return new RegistryServer(program, folder, host);

        async Task<bool> IsReadyAsync()
        {
            try
            {
                using HttpResponseMessage response = await http.GetAsync(new Uri($"http://{host}/v2/"), ct);
                return true;
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
