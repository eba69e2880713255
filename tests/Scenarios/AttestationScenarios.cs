using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Configuration;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Scenarios;

/// <summary>The gate of a promotion against a registry: what has the attestation passes, and every way to cheat is refused.</summary>
public abstract class AttestationScenarios : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-attest-").FullName;
    private readonly RecordSigner _ci;
    private Target? _production;

    protected AttestationScenarios()
    {
        _ci = Signer("ci");
        new SigningKey(Path.Combine(_folder, "ci")).WritePublicKey(_ci);
    }

    /// <summary>The ways to cheat.</summary>
    public enum Cheat
    {
        /// <summary>The image is another one than the attested one.</summary>
        AnotherDigest,

        /// <summary>A valid attestation of another image is attached to this one.</summary>
        CopiedFromAnotherDigest,

        /// <summary>The attestation is older than the policy allows.</summary>
        OldAttestation,

        /// <summary>The attestation is dated in the future, so that it never becomes old.</summary>
        FutureAttestation,

        /// <summary>It was verified in another environment.</summary>
        AnotherEnvironment,

        /// <summary>Another configuration gives its own environment the required name.</summary>
        AnotherEnvironmentOfThisName,

        /// <summary>Another key signed it.</summary>
        AnotherKey,

        /// <summary>A signed statement was edited.</summary>
        EditedStatement,

        /// <summary>The attested tag was moved to another image.</summary>
        MovedTag,

        /// <summary>The attestation was deleted.</summary>
        DeletedReferrer,
    }

    /// <summary>The host of the registry; started before each test.</summary>
    protected abstract string Host { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private string Repository => $"{Host}/team/shop";

    private Target Production => _production ??= Configure();

    public void Dispose()
    {
        _ci.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_image_that_was_validated_and_attested_passes()
    {
        var image = await ImageAsync("good", "v1");
        var refused = await JudgeAsync(image);
        Assert.Equal(CheckStatus.Failed, refused.Status);
        Assert.Contains("it has none", refused.Evidence, StringComparison.Ordinal);
        await AttestAsync(image, Staging());

        var outcome = await JudgeAsync(image);

        Assert.Equal(CheckStatus.Passed, outcome.Status);
        Assert.Contains("validated on staging by ada@ci", outcome.Evidence, StringComparison.Ordinal);
        var read = await ReadAsync(image);
        Assert.Equal(
            [PredicateTypes.Verification, PredicateTypes.Summary], read.Select(one => one.PredicateType).Order(StringComparer.Ordinal));
        Assert.All(read, one => Assert.Equal((null, _ci.PublicKey.Id, "PASSED"), (one.Problem, one.Signer, one.Result)));
        Assert.Equal(("staging", "run-1", "ada@ci", 1), read.Where(one => one.Checks > 0)
            .Select(one => (one.Environment, one.RunId, one.By, one.Checks)).Single());
    }

    [Fact]
    public async Task Many_attestations_are_all_listed()
    {
        var image = await ImageAsync("many", "v1");
        for (var number = 0; number < 7; number++) await AttestAsync(image, Staging() with { RunId = $"run-{number}" });

        var read = await ReadAsync(image);

        Assert.Equal(
            Enumerable.Range(0, 7).Select(number => $"run-{number}"),
            read.Select(one => one.RunId).OfType<string>().Order(StringComparer.Ordinal));
        Assert.Equal(14, read.Count);
    }

    [Theory]
    [InlineData(Cheat.AnotherDigest, "it has none")]
    [InlineData(Cheat.CopiedFromAnotherDigest, "is about another image")]
    [InlineData(Cheat.OldAttestation, "old, and may be 7d old")]
    [InlineData(Cheat.FutureAttestation, "is of the future")]
    [InlineData(Cheat.AnotherEnvironment, "is of sandbox")]
    [InlineData(Cheat.AnotherEnvironmentOfThisName, "is of elsewhere/shop, and staging is shop-staging/shop")]
    [InlineData(Cheat.AnotherKey, "is signed by no trusted key, or was changed")]
    [InlineData(Cheat.EditedStatement, "is signed by no trusted key, or was changed")]
    [InlineData(Cheat.MovedTag, "it has none")]
    [InlineData(Cheat.DeletedReferrer, "has no attestation that was made on staging: ")]
    public async Task Cheating_the_gate_is_refused(Cheat cheat, string reason)
    {
        var image = await ImageAsync("good", "v1");

        var judged = await CheatAsync(cheat, image);
        var outcome = await JudgeAsync(judged);

        Assert.Equal(CheckStatus.Failed, outcome.Status);
        Assert.Contains(reason, outcome.Evidence, StringComparison.Ordinal);
        Assert.Contains("Publish-RsolvImage -From staging", outcome.Remedy, StringComparison.Ordinal);
        // The same image passes by an honest attestation: the cheat is what was refused.
        await AttestAsync(judged, Staging());
        Assert.Equal(CheckStatus.Passed, (await JudgeAsync(judged)).Status);
    }

    /// <summary>Makes what somebody would pass off; the image to judge.</summary>
    private async Task<string> CheatAsync(Cheat cheat, string image)
    {
        switch (cheat)
        {
            case Cheat.AnotherDigest:
                await AttestAsync(image, Staging());
                return await ImageAsync("other", "v2");
            case Cheat.CopiedFromAnotherDigest:
                var other = await ImageAsync("other", "v2");
                await PushAsync(image, DsseEnvelope.Sign((Staging() with { Image = other }).ToStatement(), _ci));
                return image;
            case Cheat.OldAttestation:
                await AttestAsync(image, Staging() with { At = Now.AddDays(-7).AddMinutes(-1) });
                return image;
            case Cheat.FutureAttestation:
                await AttestAsync(image, Staging() with { At = Now.AddYears(1) });
                return image;
            case Cheat.AnotherEnvironment:
                await AttestAsync(image, Staging() with { Target = StagingTarget with { Name = "sandbox" } });
                return image;
            case Cheat.AnotherEnvironmentOfThisName:
                await AttestAsync(image, Staging() with { Target = StagingTarget with { Namespace = "elsewhere" } });
                return image;
            case Cheat.AnotherKey:
                using (var stranger = Signer("stranger")) await AttestAsync(image, Staging(), stranger);
                return image;
            case Cheat.EditedStatement:
                await PushAsync(image, Edited(image));
                return image;
            case Cheat.MovedTag:
                await AttestAsync(image, Staging());
                await ImageAsync("other", "v1");
                var moved = ImageReference.Parse($"{Repository}:v1");
                return (await new ImageResolver(DockerEnvironment.Current).ResolveAsync(moved, [], Ct)).Reference;
            default:
                var attested = await AttestAsync(image, Staging());
                using (var registry = new RegistryClient(ImageReference.Parse(image), DockerEnvironment.Current))
                    (await registry.SendAsync(HttpMethod.Delete, $"manifests/{attested.Split('@')[1]}", [], Ct)).EnsureSuccessStatusCode();
                return image;
        }
    }

    // What was signed is about another environment; the name is edited behind the signature.
    private DsseEnvelope Edited(string image)
    {
        var elsewhere = Staging() with { Image = image, Target = StagingTarget with { Name = "sandbox" } };
        var signed = DsseEnvelope.Sign(elsewhere.ToStatement(), _ci);
        var text = Encoding.UTF8.GetString(signed.Payload);
        Assert.Contains("\"sandbox\"", text, StringComparison.Ordinal);
        return signed with { Payload = Encoding.UTF8.GetBytes(text.Replace("\"sandbox\"", "\"staging\"", StringComparison.Ordinal)) };
    }

    private Target StagingTarget => ConfigurationFile.Load(Production.ConfigurationPath).GetTarget("staging");

    private AttestedVerification Staging() => new("", StagingTarget, AttestedVerification.Staging, Now)
    {
        RunId = "run-1",
        By = "ada@ci",
        Checks = [new AttestedCheck("staging.scan", CheckStatus.Passed, CheckSeverity.Required)],
    };

    private Task<string> AttestAsync(string image, AttestedVerification verification, RecordSigner? signer = null) =>
        new AttestationWriter(DockerEnvironment.Current, TimeProvider.System)
            .AttachAsync(verification with { Image = image }, signer ?? _ci, Ct);

    private Task<CheckOutcome> JudgeAsync(string image) =>
        new PromotionGate(Production, DockerEnvironment.Current, TimeProvider.System).EvaluateAsync(image, Ct);

    private async Task<IReadOnlyList<Attestation>> ReadAsync(string image) =>
        await ImageAttestations.ReadAsync(Production, image, DockerEnvironment.Current, Ct);

    /// <summary>Attaches an envelope as anybody with the permission to push can.</summary>
    private async Task PushAsync(string image, DsseEnvelope envelope)
    {
        var reference = ImageReference.Parse(image);
        using var registry = new RegistryClient(reference, DockerEnvironment.Current);
        using var blobs = new RegistryBlobs(reference, DockerEnvironment.Current);
        var subject = (await registry.FindManifestAsync(reference.Version, Ct))!;
        var bundle = Encoding.UTF8.GetBytes(SigstoreBundle.Create(envelope, _ci.PublicKey).ToJsonString());
        var manifest = RegistryManifest.Create(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciManifest,
            ["artifactType"] = SigstoreBundle.MediaType,
            ["config"] = await blobs.PutAsync("{}"u8.ToArray(), "application/vnd.oci.empty.v1+json", Ct),
            ["layers"] = new JsonArray(await blobs.PutAsync(bundle, SigstoreBundle.MediaType, Ct)),
            ["subject"] = subject.ToDescriptor(),
        });
        if (!await registry.TagAsync(manifest.Digest, manifest, Ct))
            await new RegistryReferrers(registry).AddAsync(subject.Digest, [manifest.ToDescriptor()], Ct);
    }

    private async Task<string> ImageAsync(string content, string tag)
    {
        var reference = ImageReference.Parse($"{Repository}:{tag}");
        using var registry = new RegistryClient(reference, DockerEnvironment.Current);
        using var blobs = new RegistryBlobs(reference, DockerEnvironment.Current);
        var config = Encoding.UTF8.GetBytes("{\"os\":\"linux\",\"architecture\":\"amd64\"}");
        var manifest = RegistryManifest.Create(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryManifest.OciManifest,
            ["config"] = await blobs.PutAsync(config, "application/vnd.oci.image.config.v1+json", Ct),
            ["layers"] = new JsonArray(
                await blobs.PutAsync(Encoding.UTF8.GetBytes(content), "application/vnd.oci.image.layer.v1.tar", Ct)),
        });
        await registry.TagAsync(tag, manifest, Ct);
        return $"{Repository}@{manifest.Digest}";
    }

    private RecordSigner Signer(string name) => new SigningKey(Path.Combine(_folder, name)).Load(Now);

    private Target Configure()
    {
        var path = Path.Combine(_folder, "rsolv.yaml");
        File.WriteAllText(path, $$"""
            version: 1
            defaults:
              deployment: shop
              image: { repository: {{Repository}} }
            targets:
              staging: { namespace: shop-staging, environment: staging }
              production:
                namespace: shop
                environment: production
                promotion:
                  require: { environment: staging, signers: [ci/signing/public.pem], maxAge: 7d }
            """);
        return ConfigurationFile.Load(path).GetTarget("production");
    }
}
