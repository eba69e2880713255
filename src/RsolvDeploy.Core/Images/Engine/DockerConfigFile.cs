using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Engine;

/// <summary>The docker program's <c>config.json</c>: the current context, and where credentials are stored.</summary>
internal sealed class DockerConfigFile
{
    private const string AuthVariable = "DOCKER_AUTH_CONFIG";

    private readonly JsonObject _document;

    private DockerConfigFile(string path, JsonObject document)
    {
        FullPath = path;
        _document = document;
    }

    public string FullPath { get; }

    public string? CurrentContext => Text(_document["currentContext"]);

    /// <summary>The program that stores all credentials; null for none.</summary>
    public string? CredentialStore => Text(_document["credsStore"]);

    public static DockerConfigFile Load(DockerEnvironment environment)
    {
        string path = Path.Combine(environment.ConfigFolder, "config.json");
        return new DockerConfigFile(path, File.Exists(path) ? Read(path) : []);
    }

    /// <summary>The configuration in <c>DOCKER_AUTH_CONFIG</c>; null when it is not set.</summary>
    public static DockerConfigFile? FromVariable(DockerEnvironment environment) =>
        environment.Setting(AuthVariable) is { } text ? new DockerConfigFile(AuthVariable, Read(AuthVariable, () => text)) : null;

    /// <summary>The credentials of another source, such as a pull secret of Kubernetes. It is data: it names no program to run.</summary>
    /// <param name="document">Its content.</param>
    /// <param name="name">How messages name it.</param>
    public static DockerConfigFile For(JsonObject document, string name) =>
        new(name, document["auths"] is JsonObject auths ? new JsonObject { ["auths"] = auths.DeepClone() } : []);

    /// <summary>The registries with a credential program of their own.</summary>
    public IEnumerable<string> HelperKeys => Keys("credHelpers");

    /// <summary>The registries whose credentials are in the file itself.</summary>
    public IEnumerable<string> AuthKeys => Keys("auths");

    /// <summary>The program that stores the credentials of one registry; null for none.</summary>
    public string? CredentialHelper(string key) => Text((_document["credHelpers"] as JsonObject)?[key]);

    /// <summary>The registry's credential in the file itself; null for none.</summary>
    public JsonObject? Auth(string key) => (_document["auths"] as JsonObject)?[key] as JsonObject;

    /// <summary>Reads a JSON object from a file. Its content is never part of the message: it may hold credentials.</summary>
    public static JsonObject Read(string path) => Read(path, () => File.ReadAllText(path));

    private static JsonObject Read(string path, Func<string> text)
    {
        try
        {
            return StrictJson.Parse(text()) as JsonObject ?? throw new JsonException("It is no JSON object.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            string where = e is JsonException { LineNumber: { } line } ? $" (line {line + 1})" : "";
            throw new DeployException(
                "DockerConfigInvalid",
                FaultCategory.ReadError,
                $"The Docker configuration {path} cannot be read{where}.",
                path == AuthVariable
                    ? "Set it to the content of a config.json, such as {\"auths\": {…}}, or unset it."
                    : "Correct the file, or log in again with 'docker login', which writes it again.")
            { Subject = path };
        }
    }

    private IEnumerable<string> Keys(string section) => (_document[section] as JsonObject ?? []).Select(entry => entry.Key);

    private static string? Text(JsonNode? node) => node.Text() is { Length: > 0 } text ? text : null;
}
