using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Images.Registry;

/// <summary>
/// A program <c>docker-credential-NAME</c>: it reads the registry from standard input, and prints the credential as JSON.
/// </summary>
internal sealed class CredentialProgram(string name, DockerEnvironment environment)
{
    private const string NotFound = "credentials not found in native keychain";

    // It may ask a person to unlock a key chain.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // A credential is short.
    private const int LongestOutput = 1024 * 1024;

    private readonly string _program = $"docker-credential-{name}";

    /// <summary>The credential; null when the program has none for this registry.</summary>
    public async Task<JsonObject?> GetAsync(string registry, CancellationToken ct)
    {
        var start = new ProgramStart(Find(), ["get"])
        {
            Input = registry + Environment.NewLine,
            Limit = Limit,
            LongestOutput = LongestOutput,
        };
        try
        {
            ProcessResult result = await ChildProcess.RunAsync(start, environment.Time, ct);
            if (result.Succeeded) return Parse(result.Output, registry);
            return result.Output.Contains(NotFound, StringComparison.Ordinal)
                ? null
                : throw Failed(registry, $"it ended with {result.ExitCode}");
        }
        catch (ProgramStartException e)
        {
            throw Failed(null, e.Reason.TrimEnd('.'), e);
        }
        catch (TimeoutException e)
        {
            throw Failed(registry, $"it did not end within {Limit.TotalSeconds:0} s", e);
        }
        catch (DeployException e) when (e.Id == "ProgramOutputTooLong")
        {
            throw Failed(registry, $"it printed more than {LongestOutput} characters", e);
        }
    }

    private string Find() => environment.FindProgram(_program) ?? throw Failed(null, "it is not on the PATH");

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
        $"Install or repair {_program}, or remove 'credsStore' and 'credHelpers' from "
            + $"{Path.Combine(environment.ConfigFolder, "config.json")} and log in again.",
        inner)
    { Subject = _program };
}
