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

    public string? CurrentContext => Text(_root, "current-context");

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
                YamlMappingNode root when IsConfig(root) => new KubeconfigFile(path, root),
                YamlMappingNode => throw Invalid(path, "Its kind is not Config, or its apiVersion is not v1.", null),
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
    public IEnumerable<string> Names(string list) => Entries(list).Select(entry => Text(entry, "name")).OfType<string>();

    /// <summary>The settings of a name in a list of the file; null when it is not there.</summary>
    /// <exception cref="DeployException">The name stands there twice.</exception>
    public KubeconfigEntry? Find(string list, string member, string name)
    {
        var found = Entries(list).Where(entry => Text(entry, "name") == name).Take(2).ToList();
        if (found.Count > 1) throw Invalid(Path, $"The {member} '{name}' is there twice.", null);
        return found.Count == 0
            ? null
            : new KubeconfigEntry(this, $"{member} '{name}'", name, Child(found[0], member) as YamlMappingNode ?? []);
    }

    public static string? Text(YamlMappingNode node, string key) =>
        Child(node, key) is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;

    public static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    public static DeployException Invalid(string path, string why, Exception? inner) =>
        new(
            "KubeconfigInvalid",
            FaultCategory.InvalidData,
            $"The kubeconfig '{path}' cannot be used. {why}",
            "Correct the file; 'kubectl config view' shows it as kubectl sees it.",
            inner)
        { Subject = path };

    // kubectl accepts a file that names neither.
    private static bool IsConfig(YamlMappingNode root) =>
        Text(root, "kind") is null or "Config" && Text(root, "apiVersion") is null or "v1";

    private IEnumerable<YamlMappingNode> Entries(string list) =>
        Child(_root, list) is YamlSequenceNode entries ? entries.OfType<YamlMappingNode>() : [];
}
