using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>The settings of one cluster, user or context.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="What">What it is, for messages: <c>user 'deployer'</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Node">Its keys.</param>
internal sealed record KubeconfigEntry(KubeconfigFile File, string What, string Name, YamlMappingNode Node)
{
    public string? Text(string key) => File.Text(Node, key, What);

    /// <summary>A boolean as YAML 1.1 writes it; false when it is not there.</summary>
    public bool Flag(string key) => KubeconfigFile.Child(Node, key) switch
    {
        null => false,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } value } when YamlBoolean.Read(value) is { } flag => flag,
        _ => throw KubeconfigFile.Invalid(File.Path, $"'{key}' of {What} is neither true nor false.", null),
    };

    /// <summary>What stands under a key, as JSON; null when it is not there.</summary>
    public JsonNode? Json(string key) => KubeconfigFile.Child(Node, key) is { } child ? YamlJson.From(child) : null;

    /// <summary>The texts of a list; none where it is not there.</summary>
    /// <exception cref="Errors.DeployException">It is no list of texts.</exception>
    public IReadOnlyList<string> Texts(string key) =>
        [.. File.List(Node, key, What).Select(item => YamlJson.From(item) is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw KubeconfigFile.Invalid(File.Path, $"'{key}' of {What} is no list of texts; write each in quotes.", null))];

    /// <summary>The mappings of a list; none where it is not there.</summary>
    /// <exception cref="Errors.DeployException">It is no list of mappings.</exception>
    public IEnumerable<KubeconfigEntry> Items(string key) =>
        File.List(Node, key, What).Select(item => this with
        {
            Node = item as YamlMappingNode
                ?? throw KubeconfigFile.Invalid(File.Path, $"'{key}' of {What} is no list of mappings.", null),
        });

    /// <summary>The settings under a key; null where it is not there.</summary>
    /// <exception cref="Errors.DeployException">It is no mapping.</exception>
    public KubeconfigEntry? Inner(string key) => File.Mapping(Node, key, What) is { } inner ? this with { Node = inner } : null;

    public IEnumerable<string> Keys => Node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "");

    /// <summary>A path of the file: relative ones begin at its folder.</summary>
    public string? Path(string key) =>
        Text(key) is { } path ? System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(File.Path)!) : null;

    /// <summary>A PEM text, given in place (base64, which wins) or as a file; null when neither is given.</summary>
    public string? Pem(string key)
    {
        try
        {
            // As kubectl: a file that cannot be read is an error also where it is not used.
            var inFile = Path(key) is { } path ? System.IO.File.ReadAllText(path) : null;
            return Text(key + "-data") is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : inFile;
        }
        catch (FormatException)
        {
            throw KubeconfigFile.Invalid(File.Path, $"'{key}-data' of {What} is no base64.", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubeconfigFile.Invalid(File.Path, $"'{key}' of {What} cannot be read: {e.Message}", e);
        }
    }
}
