using System.Text;
using System.Text.Json;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>What skopeo and oras read, copy and log in to at a real registry is read, copied and logged in to here.</summary>
public sealed class RegistryOracleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-oracle-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Each changes the answers of the registry in the way of some registry or proxy; "NAME" stands for the repository.
    public static TheoryData<string, string?> Dialects => new()
    {
        { "as it is", null },
        { "HEAD answers 401", "HEAD /manifests/ 401" },
        { "HEAD answers 403", "HEAD /manifests/ 403" },
        { "HEAD answers 404", "HEAD /manifests/ 404" },
        { "HEAD answers 405", "HEAD /manifests/ 405" },
        { "HEAD answers 400", "HEAD /manifests/ 400" },
        { "HEAD answers 200 without a digest", "HEAD /manifests/ 200" },
        { "GET answers 404", "GET /manifests/ 404" },
        { "GET answers 403", "GET /manifests/ 403" },
        { "GET answers a page", "GET /manifests/ 200" },
        { "the base answers 404", "GET /v2/$ 404" },
        { "the base answers 403", "GET /v2/$ 403" },
        { "the configuration is gone", "GET /blobs/ 404" },
    };

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task What_skopeo_inspects_is_resolved(string dialect, string? rule)
    {
        ToolProgram.Skopeo.Require();
        await using RegistryServer server = await RequireAsync();
        await PushAsync(server.Host, "shop/app:1");
        await using var proxy = new RegistryProxy(server.Host);
        if (rule is not null) proxy.Respond = Answer(rule);

        (bool read, string text) = await ToolProgram.Skopeo.RunAsync(
            Ct, "inspect", "--tls-verify=false", "--raw", $"docker://{proxy.Host}/shop/app:1");
        (bool digestRead, string digest) = await ToolProgram.Skopeo.RunAsync(
            Ct, "inspect", "--tls-verify=false", "--no-tags", "--format", "{{.Digest}}", $"docker://{proxy.Host}/shop/app:1");

        (string? resolved, string fault) = await ResolveAsync($"{proxy.Host}/shop/app:1");
        if (IsMeant(dialect))
        {
            Assert.False(digestRead, $"{dialect} is no difference any more.");
            return;
        }

        Assert.True(digestRead == resolved is not null, $"{dialect}: skopeo {digest}\nraw {read} {text}\nhere {resolved} {fault}");
        if (digestRead) Assert.Equal(digest, resolved);
    }

    [Fact]
    public async Task What_oras_copies_with_its_referrers_is_copied()
    {
        ToolProgram.Oras.Require();
        await using RegistryServer from = await RequireAsync();
        await using RegistryServer theirs = await RequireAsync();
        await using RegistryServer ours = await RequireAsync();
        string digest = await PushAsync(from.Host, "shop/app:1");
        string statement = await FileAsync("statement.json", "{\"payload\":\"\"}");
        await AttachAsync($"{from.Host}/shop/app@{digest}", "application/vnd.in-toto+json", statement);
        string second = await AttachAsync($"{from.Host}/shop/app@{digest}", "application/spdx+json", await FileAsync("sbom.json", "{}"));
        // A signature of the second one: a referrer of a referrer.
        await AttachAsync($"{from.Host}/shop/app@{second}", "application/vnd.example.signature", await FileAsync("sig", "signed"));

        await ToolProgram.Oras.OutputAsync(
            Ct, "cp", "-r", "--from-plain-http", "--to-plain-http", $"{from.Host}/shop/app@{digest}", $"{theirs.Host}/shop/app:1");
        using var copy = new RegistryCopy(
            ImageReference.Parse($"{from.Host}/shop/app"), ImageReference.Parse($"{ours.Host}/shop/app"), Environment(),
            new RecordingReporter());
        await copy.RunAsync(digest, Ct);

        string[] found = await DiscoverAsync(ours.Host, digest);
        Assert.Equal(await DiscoverAsync(theirs.Host, digest), found);
        Assert.Equal(3, found.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/shop")]
    [InlineData("/shop/app")]
    public async Task A_login_that_skopeo_wrote_is_read(string path)
    {
        ToolProgram.Skopeo.Require();
        // deployer with the password sbxsecret-registry
        await using RegistryServer closed = await RegistryServer.StartAsync(
            "deployer:$2b$05$abcdefghijklmnopqrstuuGuVHCRPCA85dWiR9QZ1ZS/98/Myjpe.\n", Ct);
        await ToolProgram.Skopeo.OutputAsync(
            Ct, "login", "--tls-verify=false", "--authfile", Path.Combine(_folder, "config.json"), "-u", "deployer", "-p",
            "sbxsecret-registry", $"{closed.Host}{path}");

        (RegistryCredential? found, _) = await new RegistryCredentials(Environment()).FindAsync(closed.Host, "shop/app", Ct);
        (RegistryCredential? other, _) = await new RegistryCredentials(Environment()).FindAsync("127.0.0.1:1", "shop/app", Ct);

        Assert.Equal("deployer", found?.Username);
        Assert.Equal("sbxsecret-registry", found?.Password);
        Assert.Null(other);
    }

    [Fact]
    public async Task A_login_that_oras_wrote_is_read()
    {
        ToolProgram.Oras.Require();
        await using RegistryServer closed = await RegistryServer.StartAsync(
            "deployer:$2b$05$abcdefghijklmnopqrstuuGuVHCRPCA85dWiR9QZ1ZS/98/Myjpe.\n", Ct);
        await ToolProgram.Oras.OutputAsync(
            Ct, "login", "--plain-http", "--registry-config", Path.Combine(_folder, "config.json"), "-u", "deployer", "-p",
            "sbxsecret-registry", closed.Host);

        (RegistryCredential? found, _) = await new RegistryCredentials(Environment()).FindAsync(closed.Host, "shop/app", Ct);

        Assert.Equal("sbxsecret-registry", found?.Password);
    }

    // skopeo insists on the base and on the configuration; here neither is needed to resolve a digest.
    private static bool IsMeant(string dialect) =>
        dialect is "the configuration is gone" || dialect.StartsWith("the base", StringComparison.Ordinal);

    private static Func<string, string?> Answer(string rule)
    {
        string[] parts = rule.Split(' ');
        int status = int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture);
        return request => request.StartsWith($"{parts[0]} ", StringComparison.Ordinal)
            && (parts[1].EndsWith('$')
                ? request.EndsWith(parts[1][..^1], StringComparison.Ordinal)
                : request.Contains(parts[1], StringComparison.Ordinal))
            ? RegistryProxy.Response(status, "", status == 200 && parts[0] == "GET" ? "<html><title>Sign in</title></html>" : "")
            : null;
    }

    private async Task<(string? Digest, string Fault)> ResolveAsync(string reference)
    {
        try
        {
            return ((await new ImageResolver(Environment()).ResolveAsync(ImageReference.Parse(reference), [], Ct)).Digest, "");
        }
        catch (DeployException e)
        {
            return (null, $"{e.Id}: {e.Message}");
        }
    }

    private async Task<string> PushAsync(string host, string image)
    {
        ToolProgram.Oras.Require();
        string layer = await FileAsync("layer.txt", "layer");
        string config = await FileAsync(
            "image.json", """{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}""");
        await ToolProgram.Oras.OutputAsync(
            Ct, "push", "--plain-http", "--disable-path-validation", "--config", $"{config}:application/vnd.oci.image.config.v1+json",
            $"{host}/{image}", $"{layer}:application/vnd.oci.image.layer.v1.tar");
        return await ToolProgram.Oras.OutputAsync(Ct, "resolve", "--plain-http", $"{host}/{image}");
    }

    private static async Task<string> AttachAsync(string subject, string type, string file)
    {
        string output = await ToolProgram.Oras.OutputAsync(
            Ct, "attach", "--plain-http", "--disable-path-validation", "--artifact-type", type, "--format", "go-template", "--template",
            "{{.digest}}", subject, file);
        return output;
    }

    // Each referrer with what it refers to, at any depth.
    private static async Task<string[]> DiscoverAsync(string host, string digest)
    {
        string json = await ToolProgram.Oras.OutputAsync(
            Ct, "discover", "--plain-http", "--format", "json", $"{host}/shop/app@{digest}");
        using var tree = JsonDocument.Parse(json);
        return [.. Below(tree.RootElement).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Below(JsonElement node)
    {
        if (!node.TryGetProperty("referrers", out JsonElement referrers) || referrers.ValueKind != JsonValueKind.Array) yield break;
        foreach (JsonElement referrer in referrers.EnumerateArray())
        {
            yield return $"{node.GetProperty("digest")} {referrer.GetProperty("digest")} {referrer.GetProperty("artifactType")}";
            foreach (string below in Below(referrer)) yield return below;
        }
    }

    private async Task<string> FileAsync(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, content, Encoding.ASCII, Ct);
        return path;
    }

    private static async Task<RegistryServer> RequireAsync()
    {
        string? why = ServerProgram.WhyMissing("docker-registry", "docker-registry");
        Assert.SkipWhen(why is not null, why ?? "");
        return await RegistryServer.StartAsync(passwords: null, Ct);
    }

    private DockerEnvironment Environment() => new(name => name == "DOCKER_CONFIG" ? _folder : null, _folder);
}
