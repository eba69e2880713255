using RsolvDeploy.Configuration.Diagnostics;
using RsolvDeploy.Configuration.Schema;
using RsolvDeploy.Configuration.Yaml;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Configuration;

/// <summary>A <c>rsolv.yaml</c> that was read and found right as far as it can be without the environment.</summary>
internal sealed class ConfigurationFile
{
    /// <summary>The file's name where it is looked for.</summary>
    public const string FileName = "rsolv.yaml";

    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "RSOLV_CONFIG";

    private const long LargestFile = 1024 * 1024;
    private readonly MappingNode _root;
    private readonly Func<string, string?> _environment;
    private readonly string _home;

    private ConfigurationFile(string path, MappingNode root, Func<string, string?> environment, string home)
    {
        (Path, _root, _environment, _home) = (path, root, environment, home);
        TargetNames = [.. Targets(root).Select(entry => entry.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>The names of its targets.</summary>
    public IReadOnlyList<string> TargetNames { get; }

    /// <summary>
    /// Finds the file: the one that was named, the one that <c>RSOLV_CONFIG</c> names, or <c>rsolv.yaml</c> here or further up.
    /// </summary>
    /// <param name="explicitPath">The path the operator gave; null for none.</param>
    /// <param name="startFolder">Where to begin looking.</param>
    public static string Find(string? explicitPath, string startFolder)
    {
        var named = explicitPath ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : null);
        if (named is not null)
        {
            var path = System.IO.Path.GetFullPath(named, startFolder);
            return File.Exists(path) ? path : throw NotFound(
                $"There is no configuration at '{path}'"
                    + (explicitPath is null ? $" (named by the environment variable {Variable})." : "."),
                path);
        }

        for (var folder = new DirectoryInfo(startFolder); folder is not null; folder = folder.Parent)
        {
            var path = System.IO.Path.Combine(folder.FullName, FileName);
            if (File.Exists(path)) return path;
        }

        throw NotFound($"There is no {FileName} in '{startFolder}' or in any folder above it.", startFolder);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DeployException">It cannot be read or is wrong; all errors are reported together.</exception>
    public static ConfigurationFile Load(string path) =>
        Parse(ReadText(path), path, Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Reads text as if it stood in a file.</summary>
    public static ConfigurationFile Parse(string text, string path, Func<string, string?> environment, string home)
    {
        var problems = new Problems(path);
        var read = YamlReader.Read(text, problems);
        CredentialScan.Run(read, text, problems);
        problems.ThrowIfAny();
        var root = EnvironmentSubstitution.Prepare(read!, problems);
        var context = new ReadContext("", "", System.IO.Path.GetDirectoryName(path)!, home, Whole: false, problems);
        ConfigurationSchema.Document.Read(root, context);
        problems.ThrowIfAny();

        var configuration = new ConfigurationFile(path, (MappingNode)root, environment, home);
        // Only a whole target shows what is missing; what the environment will say is left open until the target is asked for.
        foreach (var entry in Targets(configuration._root))
        {
            if (configuration.Inherit(entry, problems) is { } whole)
                ConfigurationSchema.Target.Read(whole, context with { Whole = true, Path = $"targets.{entry.Key}" });
        }

        problems.ThrowIfAny();
        return configuration;
    }

    /// <summary>A target by its name.</summary>
    /// <exception cref="DeployException">There is none of that name, or the environment lacks what it looks up.</exception>
    public Target GetTarget(string name)
    {
        var entry = Targets(_root).FirstOrDefault(target => target.Key == name) ?? throw Unknown(name);
        var problems = new Problems(Path);
        var path = $"targets.{name}";
        var whole = EnvironmentSubstitution.Expand(Inherit(entry, problems)!, path, _environment, problems);
        problems.ThrowIfAny();
        var context = new ReadContext(path, name, System.IO.Path.GetDirectoryName(Path)!, _home, Whole: true, problems);
        var settings = ConfigurationSchema.Target.Read(whole, context) as Settings;
        problems.ThrowIfAny();
        return TargetReader.Read(name, Path, settings!);
    }

    /// <summary>The targets whose names match a wildcard; none is no error.</summary>
    public IReadOnlyList<Target> Match(string wildcard) =>
        [.. TargetNames.Where(name => Wildcard.IsMatch(wildcard, name)).Select(GetTarget)];

    private static IEnumerable<MappingEntry> Targets(MappingNode root) => (root.Find("targets")?.Value as MappingNode)?.Entries ?? [];

    // The target over what it extends, over what that extends, over the defaults.
    private ConfigNode? Inherit(MappingEntry entry, Problems problems)
    {
        var chain = new List<MappingEntry> { entry };
        while ((chain[^1].Value as MappingNode)?.Find("extends")?.Value is ScalarNode { IsNull: false } parent)
        {
            var next = Targets(_root).FirstOrDefault(target => target.Key == parent.Text);
            if (next is null)
            {
                var guess = Suggestion.For(parent.Text, TargetNames) is { } near ? $"; did you mean '{near}'?" : ".";
                problems.Add(parent.At, $"targets.{chain[^1].Key}.extends", $"there is no target '{KeyPath.Show(parent.Text)}'{guess}");
                return null;
            }

            if (chain.Contains(next))
            {
                problems.Add(
                    parent.At,
                    $"targets.{chain[^1].Key}.extends",
                    $"these targets extend each other in a circle: {string.Join(" → ", chain.Select(link => link.Key).Append(next.Key))}.");
                return null;
            }

            chain.Add(next);
        }

        var whole = _root.Find("defaults")?.Value;
        for (var index = chain.Count - 1; index >= 0; index--)
        {
            whole = whole is MappingNode ? Inheritance.Merge(whole, chain[index].Value, ConfigurationSchema.Target) : chain[index].Value;
        }

        return whole;
    }

    private static string ReadText(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
            {
                throw new DeployException(
                    "ConfigurationInvalid",
                    FaultCategory.LimitsExceeded,
                    $"The configuration '{path}' is larger than {LargestFile / 1024} KiB.",
                    "Name the right file: a configuration has a few hundred lines.")
                {
                    Subject = path,
                };
            }

            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound($"There is no configuration at '{path}'.", path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeployException(
                "ConfigurationInvalid",
                FaultCategory.ReadError,
                $"The configuration '{path}' cannot be read: {e.Message}",
                "Make the file readable for this user.",
                e)
            {
                Subject = path,
            };
        }
    }

    private static DeployException NotFound(string message, string subject) =>
        new("ConfigurationNotFound", FaultCategory.ObjectNotFound, message,
            "New-RsolvConfiguration writes one from what the cluster shows. "
                + $"If there is one, go to its folder, specify -ConfigurationPath, or set {Variable}.")
        { Subject = subject };

    private DeployException Unknown(string name)
    {
        var guess = Suggestion.For(name, TargetNames) is { } near ? $" Did you mean '{near}'?" : "";
        return new DeployException("TargetNotFound", FaultCategory.ObjectNotFound, $"'{Path}' has no target '{KeyPath.Show(name)}'.{guess}",
            $"Name one of: {string.Join(", ", TargetNames)}.")
        { Subject = name };
    }
}
