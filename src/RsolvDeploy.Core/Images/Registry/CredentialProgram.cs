using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>A program <c>docker-credential-NAME</c>: the registry goes in by standard input, the credential comes back as JSON.</summary>
internal sealed class CredentialProgram(string name, DockerEnvironment environment)
{
    private const string NotFound = "credentials not found in native keychain";

    private readonly string _program = $"docker-credential-{name}";

    /// <summary>The answer; null when the program knows no credential for this registry.</summary>
    public async Task<JsonObject?> GetAsync(string registry, CancellationToken ct)
    {
        using Process process = Start();
        try
        {
            await TellAsync(process, registry, ct);
            Task<string> errors = process.StandardError.ReadToEndAsync(ct);
            string output = await process.StandardOutput.ReadToEndAsync(ct);
            await errors;
            await process.WaitForExitAsync(ct);
            if (process.ExitCode == 0) return Parse(output, registry);
            return output.Contains(NotFound, StringComparison.Ordinal) ? null : throw Failed(registry, $"it ended with {process.ExitCode}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Find())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        start.ArgumentList.Add("get");
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Failed(null, e.Message, e);
        }
    }

    private string Find() => environment.FindProgram(_program) ?? throw Failed(null, "it is not on the PATH");

    private static async Task TellAsync(Process process, string registry, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(registry.AsMemory(), ct);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended, or closed its input, without reading: its output and exit code say why.
        }
    }

    private JsonObject Parse(string output, string registry)
    {
        try
        {
            return StrictJson.Parse(output) as JsonObject ?? throw Failed(registry, "it returned no JSON object");
        }
        catch (JsonException)
        {
            // The output may hold the secret, so it is not shown.
            throw Failed(registry, "it returned no JSON");
        }
    }

    private DeployException Failed(string? registry, string why, Exception? inner = null) => new(
        "CredentialHelperFailed",
        FaultCategory.AuthenticationError,
        $"The credential helper {_program} failed{(registry is null ? "" : $" for {registry}")}: {why}.",
        $"Install or repair {_program}, or remove 'credsStore' and 'credHelpers' from {Path.Combine(environment.ConfigFolder, "config.json")} and log in again.",
        inner)
    { Subject = _program };
}
