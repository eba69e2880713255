using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Images;

/// <summary>
/// What is handed to <c>docker buildx</c>; a stand-in program of the test's own writes down its arguments and environment.
/// </summary>
public sealed class BuildxTests : IDisposable
{
    private const string Digest = "sha256:0123456789012345678901234567890123456789012345678901234567890123";

    private readonly BuildFolder _folder = new BuildFolder().With("Dockerfile", "FROM scratch\n");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_command_has_every_configured_option_and_no_secret()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        StandIn();
        ImageSettings settings = Settings with
        {
            Platforms = ["linux/amd64", "linux/arm64"],
            Buildx = "farm",
            BuildTarget = "release",
            CacheFrom = ["ghcr.io/a/b:cache"],
            Contexts = new Dictionary<string, string> { ["shared"] = "/src/shared", ["base"] = "docker-image://alpine:3.22" },
            CacheTo = ["ghcr.io/a/b:cache"],
            Secrets = [new BuildSecretSettings("npm") { Env = "NPM_TOKEN" }],
            Attestations = new AttestationSettings(true, "max") { Generator = "ghcr.io/a/scanner:1" },
            Args = new Dictionary<string, string> { ["MIX_ENV"] = "prod-value", ["HTTP_PROXY"] = "http://proxy" },
        };

        BuildxBuild.Result result = await Build(settings, plan => plan with { NoCache = true, BuildTarget = "release" }).RunAsync(Ct);

        Assert.Equal(Digest, result.Digest);
        string[] arguments = File.ReadAllLines(Path.Combine(_folder.Path, "arguments"));
        string[] pairs = [.. arguments.Zip(arguments.Skip(1), (a, b) => $"{a} {b}")];
        Assert.Equal(["buildx", "build", "--progress", "rawjson"], arguments[..4]);
        Assert.Superset(
            new HashSet<string>
            {
                "--builder farm",
                "--platform linux/amd64,linux/arm64",
                "--target release",
                "--build-context shared=/src/shared",
                "--build-context base=docker-image://alpine:3.22",
                "--cache-from type=registry,ref=ghcr.io/a/b:cache",
                "--cache-to type=registry,ref=ghcr.io/a/b:cache,mode=max",
                "--secret id=npm,env=NPM_TOKEN",
                "--build-arg MIX_ENV",
                "--build-arg HTTP_PROXY=http://proxy",
            },
            pairs.ToHashSet());
        Assert.Superset(
            new HashSet<string> { "--provenance=mode=max", "--sbom=generator=ghcr.io/a/scanner:1", "--no-cache", "--push" },
            arguments.ToHashSet());
        Assert.Equal(_folder.Path, arguments[^1]);
        Assert.DoesNotContain(arguments, argument =>
            argument.Contains("sbxsecret", StringComparison.Ordinal) || argument.Contains("prod-value", StringComparison.Ordinal));
        string environment = File.ReadAllText(Path.Combine(_folder.Path, "environment"));
        Assert.Contains("NPM_TOKEN=sbxsecret-npm", environment, StringComparison.Ordinal);
        Assert.Contains("MIX_ENV=prod-value", environment, StringComparison.Ordinal);
        Assert.Contains("DOCKER_HOST=unix:///run/engine.sock", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("DOCKER_CONTEXT", environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_needs_no_index_is_loaded_into_the_engine_without_attestations()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        StandIn();

        await Build(Settings with
        {
            Secrets = [new BuildSecretSettings("f") { File = Path.Combine(_folder.With("a,b.txt", "sbxsecret").Path, "a,b.txt") }],
        }).RunAsync(Ct);

        string[] arguments = File.ReadAllLines(Path.Combine(_folder.Path, "arguments"));
        Assert.Superset(
            new HashSet<string> { "--load", "--provenance=false", $"id=f,\"src={_folder.Path}/a,b.txt\"" }, arguments.ToHashSet());
        Assert.DoesNotContain("--push", arguments);
    }

    [Fact]
    public async Task A_Dockerfile_that_is_a_text_goes_to_its_standard_input()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        StandIn();

        await Build(Settings, plan => plan with { DockerfileText = DockerfileText.FromLines(["FROM a", "COPY b /"]) }).RunAsync(Ct);

        string[] arguments = File.ReadAllLines(Path.Combine(_folder.Path, "arguments"));
        Assert.Equal("-", arguments[Array.IndexOf(arguments, "--file") + 1]);
        Assert.Equal("FROM a\nCOPY b /\n", File.ReadAllText(Path.Combine(_folder.Path, "input")));
    }

    [Fact]
    public async Task Without_buildx_the_keys_that_ask_for_it_are_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        var fault = await Assert.ThrowsAsync<DeployException>(() =>
            Build(Settings with { CacheTo = ["ghcr.io/a/b:cache"], Platforms = ["linux/amd64", "linux/arm64"] }).RunAsync(Ct));
        Assert.Equal("BuildxMissing", fault.Id);
        Assert.Contains("image.platforms, image.cacheTo", fault.Message, StringComparison.Ordinal);

        _folder.With("bin/docker", "#!/bin/sh\necho \"docker: 'buildx' is not a docker command.\" >&2\nexit 1\n");
        MakeExecutable();
        fault = await Assert.ThrowsAsync<DeployException>(() => Build(Settings with { CacheTo = ["ghcr.io/a/b:cache"] }).RunAsync(Ct));
        Assert.Equal("BuildxMissing", fault.Id);
    }

    [Fact]
    public async Task A_secret_that_is_nowhere_is_named_before_anything_is_built()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        StandIn();

        var fault = await Assert.ThrowsAsync<DeployException>(() =>
            Build(Settings with { Secrets = [new BuildSecretSettings("npm") { Env = "NOT_SET" }] }).RunAsync(Ct));

        Assert.Equal("BuildSecretMissing", fault.Id);
        Assert.Contains("NOT_SET", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "arguments")));
    }

    [Fact]
    public void Lines_of_its_trace_are_read_and_others_are_not()
    {
        string log = Convert.ToBase64String(Encoding.UTF8.GetBytes("hello\n"));
        BuildTrace trace = BuildxTrace.Parse(
            $$"""{"vertexes":[{"digest":"sha256:a","name":"RUN x","started":"2026-11-25T08:00:00Z","cached":true,"error":"exit code: 7"}],"statuses":[{"id":"up","vertex":"sha256:a","current":5,"total":10}],"logs":[{"vertex":"sha256:a","stream":1,"data":"{{log}}"}],"warnings":[{"vertex":"sha256:a","short":"{{log}}"}]}""")!;

        Assert.Equal(
            new TraceStep("sha256:a", "RUN x", Cached: true, Started: true, Completed: false, "exit code: 7"), trace.Steps.Single());
        Assert.Equal(new TraceStatus("sha256:a", "up", 5, 10, Completed: false), trace.Statuses.Single());
        Assert.Equal("hello\n"u8.ToArray(), trace.Logs.Single().Text);
        Assert.Equal("hello\n", trace.Warnings.Single());
        Assert.Null(BuildxTrace.Parse("ERROR: failed to build"));
        Assert.Null(BuildxTrace.Parse("{half"));
    }

    private static ImageSettings Settings => new() { Repository = "ghcr.io/rsolv-dev/app" };

    private void StandIn()
    {
        _folder.With("bin/docker", $$"""
            #!/bin/sh
            if [ "$2" = version ]; then echo "github.com/docker/buildx v0.99.0 abc"; exit 0; fi
            for argument in "$@"; do echo "$argument" >> '{{_folder.Path}}/arguments'; done
            env > '{{_folder.Path}}/environment'
            while IFS= read -r line; do echo "$line" >> '{{_folder.Path}}/input'; done
            while [ "$1" != --metadata-file ]; do shift; done
            echo '{"containerimage.digest":"{{Digest}}"}' > "$2"
            """);
        MakeExecutable();
    }

    private void MakeExecutable()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Path.Combine(_folder.Path, "bin", "docker"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private BuildxBuild Build(ImageSettings settings, Func<ImagePlan, ImagePlan>? change = null)
    {
        var target = new Target
        {
            Name = "production",
            ConfigurationPath = "/etc/rsolv.yaml",
            Namespace = "ns",
            Deployment = "app",
            Environment = "production",
            Image = settings with { Context = _folder.Path },
        };
        var environment = new DockerEnvironment(
            name => name switch { "PATH" => Path.Combine(_folder.Path, "bin"), "NPM_TOKEN" => "sbxsecret-npm", _ => null }, _folder.Path);
        ImagePlan plan = PublishPlanner.Plan(target, "p1", DateTimeOffset.UnixEpoch);
        return new BuildxBuild(
            new DockerEndpoint(new Uri("unix:///run/engine.sock"), null, "the test"),
            change is null ? plan : change(plan),
            null,
            environment,
            SilentReporter.Instance);
    }
}
