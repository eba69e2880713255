using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>One kubeconfig file.</summary>
internal sealed class KubeconfigFile
{
    private readonly YamlMappingNode _root;

    private KubeconfigFile(string path, YamlMappingNode root) => (Path, _root) = (path, root);

    public string Path { get; }

    public string? CurrentContext => Text(_root, "current-context", "the file");

    /// <summary>Reads a file.</summary>
    /// <exception cref="DeployException">It cannot be read or is no kubeconfig.</exception>
    public static KubeconfigFile Read(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            return KubeconfigYaml.Read(reader) switch
            {
                null or YamlScalarNode { Value: null or "" } => new KubeconfigFile(path, []),
                YamlMappingNode root => new KubeconfigFile(path, root) is { IsConfig: true } file
                    ? file
                    : throw Invalid(path, "Its kind is not Config, or its apiVersion is not v1.", null),
                _ => throw Invalid(path, "It is no mapping.", null),
            };
        }
        catch (Exception e) when (YamlFaults.IsOne(e))
        {
            // The parser's own words may quote a credential; the place is enough.
            throw Invalid(path, e is YamlException { Start.Line: var line } ? $"Line {line} is not well-formed YAML."
                : "It is not well-formed YAML.", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeployException("KubeconfigInvalid", FaultCategory.ReadError, $"The kubeconfig '{path}' cannot be read: {e.Message}",
                "Make the file readable for this user, or name another one ('kubeconfig' of the target, or KUBECONFIG).", e)
            { Subject = path };
        }
    }

    /// <summary>The names in a list of the file (<c>contexts</c>, <c>clusters</c>, <c>users</c>).</summary>
    public IEnumerable<string> Names(string list) => Entries(list).Select(entry => Name(entry, list)).OfType<string>();

    /// <summary>The settings of a name in a list of the file; null when it is not there.</summary>
    /// <exception cref="DeployException">The name stands there twice.</exception>
    public KubeconfigEntry? Find(string list, string member, string name)
    {
        var found = Entries(list).Where(entry => Name(entry, list) == name).ToList();
        if (found.Count > 1) throw Invalid(Path, $"The {member} '{name}' is there twice.", null);
        return found.Count == 0
            ? null
            : new KubeconfigEntry(this, $"{member} '{name}'", name, Mapping(found[0], member, $"{member} '{name}'") ?? []);
    }

    /// <summary>The text of a key; null where it is empty or not there.</summary>
    /// <exception cref="DeployException">It is no text, for example a number.</exception>
    public string? Text(YamlMappingNode node, string key, string of) => Child(node, key) is not { } child ? null
        : YamlJson.From(child) is JsonValue value && value.TryGetValue<string>(out var text) ? text.Length > 0 ? text : null
        : throw Invalid(Path, $"'{key}' of {of} is no text; if it is meant as one, write it in quotes.", null);

    /// <summary>The mapping under a key; null where it is not there.</summary>
    /// <exception cref="DeployException">It is no mapping.</exception>
    public YamlMappingNode? Mapping(YamlMappingNode node, string key, string of) => Child(node, key) switch
    {
        null => null,
        YamlMappingNode mapping => mapping,
        _ => throw Invalid(Path, $"'{key}' of {of} is no mapping.", null),
    };

    /// <summary>The items of the list under a key; none where it is not there.</summary>
    /// <exception cref="DeployException">It is no list.</exception>
    public IEnumerable<YamlNode> List(YamlMappingNode node, string key, string of) => Child(node, key) switch
    {
        null => [],
        YamlSequenceNode items => items.Where(item => !IsNull(item)),
        _ => throw Invalid(Path, $"'{key}' of {of} is no list.", null),
    };

    /// <summary>What stands under a key; null where it is null or not there.</summary>
    public static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) && !IsNull(child) ? child : null;

    public static DeployException Invalid(string path, string why, Exception? inner) =>
        new(
            "KubeconfigInvalid",
            FaultCategory.InvalidData,
            $"The kubeconfig '{path}' cannot be used. {why}",
            "Correct the file; 'kubectl config view' shows it as kubectl sees it.",
            inner)
        { Subject = path };

    // kubectl accepts a file that names neither.
    private bool IsConfig => Text(_root, "kind", "the file") is null or "Config" && Text(_root, "apiVersion", "the file") is null or "v1";

    private string? Name(YamlMappingNode entry, string list) => Text(entry, "name", $"an entry of {list}");

    private IEnumerable<YamlMappingNode> Entries(string list) => List(_root, list, "the file")
        .Select(entry => entry as YamlMappingNode ?? throw Invalid(Path, $"An entry of {list} is no mapping.", null));

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain } && YamlJson.From(node) is null;
}
