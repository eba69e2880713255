using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;

namespace RsolvDeploy.Images.Build;

/// <summary>Arguments and environment of one <c>docker buildx build</c>. No value of a secret is an argument.</summary>
/// <param name="Arguments">The arguments; no shell reads them.</param>
/// <param name="Environment">Variables to set; null removes one.</param>
internal sealed record BuildxCommand(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>Prefixes of variables that programs read: a build argument of such a name cannot be passed as a variable.</summary>
    private static readonly string[] ReservedPrefixes =
    [
        "DOCKER", "BUILDX", "BUILDKIT", "PATH", "HOME", "LD_", "LC_", "LANG", "TMP", "SSH_", "GIT_", "HTTP", "http", "NO_PROXY", "no_proxy",
        "ALL_PROXY",
    ];

    /// <summary>Creates the command of a build.</summary>
    /// <param name="plan">The publish.</param>
    /// <param name="source">The commit; null for none.</param>
    /// <param name="secrets">The build secrets.</param>
    /// <param name="metadataFile">Where buildx writes the digest.</param>
    /// <param name="engine">The variables that select the engine.</param>
    public static BuildxCommand Create(
        ImagePlan plan, ImageSource? source, BuildSecrets secrets, string metadataFile, IReadOnlyDictionary<string, string?> engine)
    {
        var image = plan.Target.Image!;
        var variables = new Dictionary<string, string?>(engine);
        foreach ((string name, string value) in secrets.Variables) variables[name] = value;
        var arguments = new List<string>
        {
            "buildx",
            "build",
            "--progress",
            "rawjson",
            "--metadata-file",
            metadataFile,
            "--file",
            // The program reads a Dockerfile that is a text from its standard input.
            plan.DockerfileText is null ? Path.Combine(plan.ContextFolder, plan.Dockerfile) : "-",
            "--tag",
            plan.References[0],
        };
        void Add(string option, string? value)
        {
            if (value is not null) arguments.AddRange([option, value]);
        }

        Add("--builder", image.Buildx);
        Add("--platform", image.Platforms.Count == 0 ? null : string.Join(',', image.Platforms));
        Add("--target", plan.BuildTarget);
        Add("--network", plan.NetworkMode);
        foreach ((string name, string value) in ImageLabels.Create(source)) Add("--label", $"{name}={value}");
        foreach ((string name, string value) in image.Args)
        {
            bool reserved = ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
                || variables.ContainsKey(name);
            Add("--build-arg", reserved ? $"{name}={value}" : name);
            if (!reserved) variables[name] = value;
        }

        foreach ((string name, string value) in image.Contexts) Add("--build-context", $"{name}={value}");
        foreach (string secret in secrets.Options) Add("--secret", secret);
        foreach (string reference in image.CacheFrom) Add("--cache-from", $"type=registry,ref={reference}");
        foreach (string reference in image.CacheTo) Add("--cache-to", $"type=registry,ref={reference},mode=max");
        // Builders differ in their default attestations, so those that are not configured are switched off.
        arguments.Add(image.Attestations.Provenance is { } mode ? $"--provenance=mode={mode}" : "--provenance=false");
        if (image.Attestations.Sbom)
            arguments.Add(image.Attestations.Generator is { } generator ? $"--sbom=generator={generator}" : "--sbom=true");
        if (plan.NoCache) arguments.Add("--no-cache");
        arguments.Add(BuildxRequirements.IsIndex(image) ? "--push" : "--load");
        arguments.Add(plan.ContextFolder);
        return new BuildxCommand(arguments, variables);
    }

    /// <summary>The variables that make the docker program use this engine and no other.</summary>
    public static Dictionary<string, string?> EngineVariables(DockerEndpoint endpoint, string configFolder) => new()
    {
        ["DOCKER_HOST"] = endpoint.Address.Scheme == "npipe"
            ? $"npipe:////./{endpoint.Address.AbsolutePath.TrimStart('/')}"
            : endpoint.Address.ToString().TrimEnd('/'),
        ["DOCKER_CONTEXT"] = null,
        ["DOCKER_CONFIG"] = configFolder,
        ["DOCKER_CERT_PATH"] = endpoint.CertificateFolder,
        ["DOCKER_TLS_VERIFY"] = endpoint.CertificateFolder is null ? null : "1",
    };
}
