using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Engine;

/// <summary>The docker program's <c>config.json</c>: the current context, and where credentials are stored.</summary>
internal sealed class DockerConfigFile
{
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

    /// <summary>A configuration from another source, such as a pull secret of Kubernetes.</summary>
    /// <param name="document">Its content.</param>
    /// <param name="name">How messages name it.</param>
    public static DockerConfigFile For(JsonObject document, string name) => new(name, document);

    /// <summary>The program that stores the credentials of one registry; null for none.</summary>
    public string? CredentialHelper(string registry) => Text((_document["credHelpers"] as JsonObject)?[registry]);

    /// <summary>The registry's credential in the file itself; null for none.</summary>
    public JsonObject? Auth(string registry) => (_document["auths"] as JsonObject)?[registry] as JsonObject;

    /// <summary>Reads a JSON object from a file. Its content is never part of the message: it may hold credentials.</summary>
    public static JsonObject Read(string path)
    {
        try
        {
            return StrictJson.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("It is no JSON object.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            string where = e is JsonException { LineNumber: { } line } ? $" (line {line + 1})" : "";
            throw new DeployException(
                "DockerConfigInvalid",
                FaultCategory.ReadError,
                $"The Docker configuration {path} cannot be read{where}.",
                "Correct the file, or log in again with 'docker login', which writes it again.")
            { Subject = path };
        }
    }

    private static string? Text(JsonNode? node) => node.Text() is { Length: > 0 } text ? text : null;
}
