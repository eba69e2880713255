using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Json;
using RsolvDeploy.Services.Tests.Fixtures;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Services.Tests.Images;

/// <summary>A real cosign verifies what is attested here, with the public key alone; and what it attests is read here.</summary>
public sealed class CosignTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-cosign-").FullName;
    private RegistryServer? _server;
    private string _image = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SigningKey Key => new(Path.Combine(_folder, "own"));

    public async ValueTask InitializeAsync()
    {
        _server = await RegistryServer.StartAsync(passwords: null, Ct);
        _image = await PushAsync("v1");
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(PredicateTypes.Verification)]
    [InlineData(PredicateTypes.Summary)]
    public async Task Cosign_verifies_an_attestation_with_the_public_key(string type)
    {
        var cosign = CosignProgram.Require(_folder);
        await AttestAsync();

        var (code, output, error) = await VerifyAsync(cosign, Key.PublicKeyPath, type);

        Assert.True(code == 0, error);
        var statement = Statement(output);
        Assert.Equal(type, statement.At("predicateType").Text());
        Assert.Equal(_image.Split(':')[^1], statement.At("subject")![0].At("digest", "sha256").Text());
        Assert.Equal("PASSED", (statement.At("predicate", "result") ?? statement.At("predicate", "verificationResult")).Text());
    }

    [Fact]
    public async Task Cosign_refuses_another_key_another_type_and_an_edited_statement()
    {
        var cosign = CosignProgram.Require(_folder);
        await AttestAsync();
        var stranger = new SigningKey(Path.Combine(_folder, "stranger"));
        using (var signer = stranger.Load(TimeProvider.System.GetUtcNow())) stranger.WritePublicKey(signer);

        Assert.NotEqual(0, (await VerifyAsync(cosign, stranger.PublicKeyPath, PredicateTypes.Verification)).Code);
        Assert.NotEqual(0, (await VerifyAsync(cosign, Key.PublicKeyPath, "https://example.org/other")).Code);
        _image = await PushAsync("v2");
        Assert.NotEqual(0, (await VerifyAsync(cosign, Key.PublicKeyPath, PredicateTypes.Verification)).Code);
        await AttestAsync(edit: true);
        Assert.NotEqual(0, (await VerifyAsync(cosign, Key.PublicKeyPath, PredicateTypes.Verification)).Code);
    }

    [Theory]
    [InlineData(".att")]
    [InlineData("")]
    public async Task Either_layout_is_enough_for_the_version_of_cosign_that_reads_it(string removed)
    {
        var cosign = CosignProgram.Require(_folder);
        bool isNew = await cosign.TakesSigningConfigAsync(Ct);
        Assert.SkipWhen(!isNew && removed == ".att", "This version of cosign reads only the tag .att without the services of sigstore.");
        await AttestAsync();
        using var registry = Registry();
        string tag = RegistryReferrers.FallbackTag(_image.Split('@')[1]) + removed;
        string digest = (await registry.FindDigestAsync(tag, Ct))!;
        (await registry.SendAsync(HttpMethod.Delete, $"manifests/{digest}", [], Ct)).EnsureSuccessStatusCode();

        var (code, _, error) = await VerifyAsync(cosign, Key.PublicKeyPath, PredicateTypes.Verification);

        Assert.True(code == 0, error);
    }

    [Fact]
    public async Task What_cosign_attests_counts_here_when_its_key_is_trusted()
    {
        var cosign = CosignProgram.Require(_folder);
        Assert.SkipWhen(
            !await cosign.TakesSigningConfigAsync(Ct), "This version of cosign does not attest without the services of sigstore.");
        await File.WriteAllTextAsync(Path.Combine(_folder, "signing.json"), """
            {"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","caUrls":[],"oidcUrls":[],"rekorTlogUrls":[],"tsaUrls":[],
             "rekorTlogConfig":{"selector":"ANY"},"tsaConfig":{"selector":"ANY"}}
            """, Ct);
        var predicate = Verification().ToStatement()["predicate"]!.ToJsonString();
        await File.WriteAllTextAsync(Path.Combine(_folder, "predicate.json"), predicate, Ct);
        Assert.Equal(0, (await cosign.RunAsync(["generate-key-pair"], Ct)).Code);
        var (code, _, error) = await cosign.RunAsync(
            [
                "attest", "--yes", "--signing-config", "signing.json", "--key", "cosign.key", "--type", PredicateTypes.Verification,
                "--predicate", "predicate.json", _image,
            ],
            Ct);
        Assert.True(code == 0, error);

        var keys = PublicKey.LoadAll(Path.Combine(_folder, "cosign.pub"));
        using var reader = new AttestationReader(ImageReference.Parse(_image), DockerEnvironment.Current, keys);
        var one = Assert.Single(await reader.ReadSignedAsync(Ct));

        Assert.Equal((null, keys[0].Id, "staging", "run-1"), (one.Problem, one.Signer, one.Environment, one.RunId));
        using var other = new AttestationReader(ImageReference.Parse(_image), DockerEnvironment.Current, []);
        Assert.NotNull(Assert.Single(await other.ReadSignedAsync(Ct)).Problem);
    }

    private static JsonNode Statement(string output)
    {
        var envelope = JsonNode.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        return JsonNode.Parse(Convert.FromBase64String(envelope.At("payload").Text()!))!;
    }

    private RegistryClient Registry() => new(ImageReference.Parse(_image), DockerEnvironment.Current);

    private Task<(int Code, string Output, string Error)> VerifyAsync(CosignProgram cosign, string key, string type) =>
        cosign.RunAsync(["verify-attestation", "--key", key, "--insecure-ignore-tlog=true", "--type", type, _image], Ct);

    private AttestedVerification Verification() => new(
        _image,
        new Target
        {
            Name = "staging",
            ConfigurationPath = "/rsolv.yaml",
            Namespace = "shop-staging",
            Deployment = "shop",
            Environment = "staging",
        },
        AttestedVerification.Staging,
        TimeProvider.System.GetUtcNow())
    {
        RunId = "run-1",
        By = "ada@ci",
        Checks = [new AttestedCheck("staging.scan", CheckStatus.Passed, CheckSeverity.Required)],
    };

    private async Task AttestAsync(bool edit = false)
    {
        using var signer = Key.Load(TimeProvider.System.GetUtcNow());
        Key.WritePublicKey(signer);
        if (!edit)
        {
            await new AttestationWriter(DockerEnvironment.Current, TimeProvider.System).AttachAsync(Verification(), signer, Ct);
            return;
        }

        using var registry = Registry();
        using var blobs = new RegistryBlobs(ImageReference.Parse(_image), DockerEnvironment.Current);
        var envelope = DsseEnvelope.Sign(Verification().ToStatement(), signer);
        var text = Encoding.UTF8.GetString(envelope.Payload).Replace("run-1", "run-2", StringComparison.Ordinal);
        await new CosignTag(registry, blobs).AddAsync(
            _image.Split('@')[1], [(PredicateTypes.Verification, envelope with { Payload = Encoding.UTF8.GetBytes(text) })], Ct);
    }

    private async Task<string> PushAsync(string content)
    {
        var reference = ImageReference.Parse($"{_server!.Host}/team/shop:{content}");
        using var registry = new RegistryClient(reference, DockerEnvironment.Current);
        using var blobs = new RegistryBlobs(reference, DockerEnvironment.Current);
        var manifest = RegistryManifest.Create(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciManifest,
            ["config"] = await blobs.PutAsync("{}"u8.ToArray(), "application/vnd.oci.image.config.v1+json", Ct),
            ["layers"] = new JsonArray(
                await blobs.PutAsync(Encoding.UTF8.GetBytes(content), "application/vnd.oci.image.layer.v1.tar", Ct)),
        });
        await registry.TagAsync(content, manifest, Ct);
        return $"{reference.Repository}@{manifest.Digest}";
    }
}
