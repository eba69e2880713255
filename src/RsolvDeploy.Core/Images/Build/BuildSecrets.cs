using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// The secrets of a build. buildx reads a value from its environment or from the secret's file; it is never an argument, and never written.
/// </summary>
/// <param name="Options">The values of <c>--secret</c>.</param>
/// <param name="Variables">Variables that buildx reads values from.</param>
/// <param name="Values">The values, for redaction.</param>
internal sealed record BuildSecrets(
    IReadOnlyList<string> Options, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Values)
{
    public static async Task<BuildSecrets> ReadAsync(Target target, DockerEnvironment environment, IReporter reporter, CancellationToken ct)
    {
        var options = new List<string>();
        var variables = new Dictionary<string, string>();
        var values = new List<string>();
        foreach (BuildSecretSettings secret in target.Image!.Secrets)
        {
            if (secret.File is { } file)
            {
                options.Add($"{Field($"id={secret.Id}")},{Field($"src={file}")}");
                values.AddRange(ReadFile(secret, file));
                continue;
            }

            string variable = secret.Env ?? $"RSOLV_BUILD_SECRET_{options.Count + 1}";
            string value = secret.Env is { } name
                ? environment.Setting(name)
                    ?? throw Missing(secret, $"the environment variable {name} is not set", $"Set {name}, then publish again.")
                : await FromClusterAsync(target, secret, () => Connect(target, environment, reporter), ct);
            options.Add($"{Field($"id={secret.Id}")},{Field($"env={variable}")}");
            variables[variable] = value;
            values.Add(value);
            values.AddRange(Lines(value));
        }

        foreach (var value in values) environment.Redactor?.Add(value);
        return new BuildSecrets(options, variables, values);
    }

    private static ClusterClient Connect(Target target, DockerEnvironment environment, IReporter reporter)
    {
        var cluster = ClusterClient.Connect(target, reporter, environment.Time);
        if (environment.Redactor is { } redactor) cluster.Redactor = redactor;
        return cluster;
    }

    private static string[] ReadFile(BuildSecretSettings secret, string file)
    {
        try
        {
            return Lines(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing(
                secret, $"the file {file} cannot be read: {e.Message}", "Put the file there, readable for this user, then publish again.");
        }
    }

    // A step may print one line of a key file.
    private static string[] Lines(string value) =>
        value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static async Task<string> FromClusterAsync(
        Target target, BuildSecretSettings secret, Func<ClusterClient> connect, CancellationToken ct)
    {
        using var cluster = connect();
        JsonObject? found = await cluster.FindAsync(ResourceKind.Secrets, target.Namespace, secret.Secret!, ct);
        if (found.At("data", secret.Key!).Text() is not { } encoded)
        {
            throw Missing(
                secret, $"the Secret {target.Namespace}/{secret.Secret} has no key {secret.Key}", "Create it, or correct image.secrets.");
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(encoded));
        }
        catch (DecoderFallbackException)
        {
            throw Missing(
                secret,
                $"the value {secret.Key} of {target.Namespace}/{secret.Secret} is no text",
                "Read binary values from a file (image.secrets: file).");
        }
    }

    // The option is a line of CSV.
    private static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static DeployException Missing(BuildSecretSettings secret, string why, string remedy) =>
        new("BuildSecretMissing", FaultCategory.ObjectNotFound, $"The build secret '{secret.Id}' is missing: {why}.", remedy)
        {
            Subject = secret.Id,
        };
}
