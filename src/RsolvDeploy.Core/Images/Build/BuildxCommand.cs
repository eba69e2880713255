using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;

namespace RsolvDeploy.Images.Build;

/// <summary>Arguments and environment of one <c>docker buildx build</c>. No value of a secret is an argument.</summary>
/// <param name="Arguments">The arguments, one an entry; no shell reads them.</param>
/// <param name="Environment">Variables to set; null takes one away.</param>
internal sealed record BuildxCommand(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>Variables that programs look at: a build argument of such a name cannot be handed over as a variable.</summary>
    private static readonly string[] OfPrograms = ["DOCKER", "BUILDX", "BUILDKIT", "PATH", "HOME", "LD_", "LC_", "LANG", "TMP", "SSH_", "GIT_", "HTTP", "http", "NO_PROXY", "no_proxy", "ALL_PROXY"];

    public static BuildxCommand Create(ImagePlan plan, ImageSettings image, ImageSource? source, BuildSecrets secrets, string metadataFile, DockerEndpoint endpoint, string configFolder)
    {
        var variables = EngineVariables(endpoint, configFolder);
        foreach ((string name, string value) in secrets.Variables) variables[name] = value;
        var arguments = new List<string> { "buildx", "build", "--progress", "rawjson", "--metadata-file", metadataFile, "--file", Path.Combine(plan.ContextFolder, plan.Dockerfile), "--tag", plan.References[0] };
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
            bool taken = OfPrograms.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) || variables.ContainsKey(name);
            Add("--build-arg", taken ? $"{name}={value}" : name);
            if (!taken) variables[name] = value;
        }

        foreach (string secret in secrets.Options) Add("--secret", secret);
        foreach (string reference in image.CacheFrom) Add("--cache-from", $"type=registry,ref={reference}");
        foreach (string reference in image.CacheTo) Add("--cache-to", $"type=registry,ref={reference},mode=max");
        // Builders differ in what they attest by default; what is not configured is not made.
        arguments.Add(image.Attestations.Provenance is { } mode ? $"--provenance=mode={mode}" : "--provenance=false");
        if (image.Attestations.Sbom) arguments.Add(image.Attestations.Generator is { } generator ? $"--sbom=generator={generator}" : "--sbom=true");
        if (plan.NoCache) arguments.Add("--no-cache");
        arguments.Add(BuildxRequirements.IsIndex(image) ? "--push" : "--load");
        arguments.Add(plan.ContextFolder);
        return new BuildxCommand(arguments, variables);
    }

    /// <summary>What makes the docker program speak to this engine and to no other.</summary>
    public static Dictionary<string, string?> EngineVariables(DockerEndpoint endpoint, string configFolder) => new()
    {
        ["DOCKER_HOST"] = endpoint.Address.Scheme == "npipe" ? $"npipe:////./{endpoint.Address.AbsolutePath.TrimStart('/')}" : endpoint.Address.ToString().TrimEnd('/'),
        ["DOCKER_CONTEXT"] = null,
        ["DOCKER_CONFIG"] = configFolder,
        ["DOCKER_CERT_PATH"] = endpoint.CertificateFolder,
        ["DOCKER_TLS_VERIFY"] = endpoint.CertificateFolder is null ? null : "1",
    };
}
