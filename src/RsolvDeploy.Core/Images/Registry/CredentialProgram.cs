using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Images.Registry;

/// <summary>A program <c>docker-credential-NAME</c>: the registry goes in by standard input, the credential comes back as JSON.</summary>
internal sealed class CredentialProgram(string name, DockerEnvironment environment)
{
    private const string NotFound = "credentials not found in native keychain";

    private readonly string _program = $"docker-credential-{name}";

    /// <summary>The answer; null when the program knows no credential for this registry.</summary>
    public async Task<JsonObject?> GetAsync(string registry, CancellationToken ct)
    {
        var start = new ProgramStart(Find(), ["get"]) { Input = registry + Environment.NewLine };
        try
        {
            ProcessResult result = await ChildProcess.RunAsync(start, TimeProvider.System, ct);
            if (result.Succeeded) return Parse(result.Output, registry);
            return result.Output.Contains(NotFound, StringComparison.Ordinal) ? null : throw Failed(registry, $"it ended with {result.ExitCode}");
        }
        catch (ProgramStartException e)
        {
            throw Failed(null, e.Reason.TrimEnd('.'), e);
        }
    }

    private string Find() => environment.FindProgram(_program) ?? throw Failed(null, "it is not on the PATH");

    private JsonObject Parse(string output, string registry)
    {
        try
        {
            return JsonNode.Parse(output) as JsonObject ?? throw Failed(registry, "it gave no JSON object");
        }
        catch (JsonException)
        {
            // What it gave may hold the secret, so it is not shown.
            throw Failed(registry, "it gave no JSON");
        }
    }

    private DeployException Failed(string? registry, string why, Exception? inner = null) => new(
        "CredentialHelperFailed",
        FaultCategory.AuthenticationError,
        $"The credential helper {_program} cannot be asked{(registry is null ? "" : $" for {registry}")}: {why}.",
        $"Install or repair {_program}, or take 'credsStore' and 'credHelpers' out of {Path.Combine(environment.ConfigFolder, "config.json")} and log in again.",
        inner)
    { Subject = _program };
}
