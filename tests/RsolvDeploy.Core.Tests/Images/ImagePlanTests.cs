using RsolvDeploy.Errors;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;

namespace RsolvDeploy.Core.Tests.Images;

public sealed class ImagePlanTests : IDisposable
{
    private const string Repository = "ghcr.io/rsolv-dev/rsolv-platform";

    private static readonly DateTimeOffset Timestamp = new(2026, 12, 31, 23, 59, 58, TimeSpan.FromHours(-5));

    private readonly BuildFolder _folder = new BuildFolder().With("Dockerfile", "FROM scratch");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_tag_has_the_one_timestamp_in_UTC()
    {
        ImagePlan plan = PublishPlanner.Plan(_folder.Target(Repository), "rfc060-phase5", Timestamp);

        Assert.Equal(["production-20270101-045958", "production-rfc060-phase5", "production-latest"], plan.Tags.Select(t => t.Name));
        Assert.Equal([ImageTagRole.Timestamp, ImageTagRole.Phase, ImageTagRole.Latest], plan.Tags.Select(t => t.Role));
        Assert.Equal($"{Repository}:production-20270101-045958", plan.References[0]);
        Assert.Equal(TimeSpan.Zero, plan.Timestamp.Offset);
    }

    [Fact]
    public void A_target_without_tags_gets_those_of_the_checklist() => Assert.Equal(
        ["production-20270101-045958", "production-p", "production-latest"],
        PublishPlanner.Plan(_folder.Target(Repository) with { Tags = [] }, "p", Timestamp).Tags.Select(t => t.Name));

    [Fact]
    public void The_commit_comes_from_the_work_tree()
    {
        string commit = new('c', 40);
        _folder.With(".git/HEAD", "ref: refs/heads/main\n").With(".git/packed-refs", $"# pack-refs\n{commit} refs/heads/main\n");

        ImagePlan plan = PublishPlanner.Plan(_folder.Target(Repository) with { Tags = ["v-{gitsha}"] }, null, Timestamp);

        Assert.Equal("v-cccccccccccc", plan.Tags[0].Name);
    }

    [Fact]
    public void A_missing_Dockerfile_is_named() =>
        Faults("DockerfileNotFound", target => target with { Image = target.Image! with { Dockerfile = "docker/Prod" } });

    [Fact]
    public void A_Dockerfile_that_is_a_text_needs_no_file()
    {
        File.Delete(Path.Combine(_folder.Path, "Dockerfile"));
        var lines = PublishPlanner.Plan(_folder.Target(Repository), "p", Timestamp, DockerfileText.FromLines(["FROM scratch", ""]));
        var whole = PublishPlanner.Plan(_folder.Target(Repository), "p", Timestamp, DockerfileText.FromLines(["FROM scratch\n\n"]));

        Assert.Equal("FROM scratch\n\n", lines.DockerfileText!.Content);
        Assert.Equal(lines.DockerfileText, whole.DockerfileText);
        // printf 'FROM scratch\n\n' | sha256sum
        Assert.Equal("sha256:edd84fedecea287f71ca48838680aa549fa9fa9db821acd376e38e0a77ae15d5", lines.DockerfileText.Digest);
    }

    [Fact]
    public void A_dash_instead_of_a_Dockerfile_names_the_parameter()
    {
        var fault = Assert.Throws<DeployException>(() => PublishPlanner.Plan(
            _folder.Target(Repository, image => image with { Dockerfile = "-" }), "p", Timestamp));

        Assert.Contains("-DockerfileContent", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_Dockerfile_outside_of_the_context_is_named() =>
        Faults("DockerfileNotFound", target => target with { Image = target.Image! with { Dockerfile = "../Dockerfile" } });

    [Fact]
    public void A_Dockerfile_may_be_outside_of_the_context()
    {
        _folder.With("files/Dockerfile", "FROM scratch\n").With("app/app.txt", "app");
        Target target = _folder.Target(Repository, image => image with
        {
            Context = Path.Combine(_folder.Path, "app"),
            Dockerfile = "../files/Dockerfile",
        });

        Assert.Equal(Path.Combine(_folder.Path, "files", "Dockerfile"), PublishPlanner.Plan(target, "p", Timestamp).Dockerfile);
        Assert.Equal(
            "app/Dockerfile",
            PublishPlanner.Plan(
                _folder.With("app/Dockerfile", "FROM scratch\n").Target(Repository, image => image with
                {
                    Dockerfile = Path.Combine(_folder.Path, "app", "Dockerfile"),
                }),
                "p",
                Timestamp).Dockerfile);
    }

    [Fact]
    public void A_missing_context_is_named() =>
        Faults("BuildContextNotFound", target => target with { Image = target.Image! with { Context = "/no/such/folder" } });

    [Fact]
    public void A_target_without_an_image_is_named() => Faults("ImageNotConfigured", target => target with { Image = null });

    [Fact]
    public void An_invalid_tag_is_named() => Faults("ImageTagInvalid", target => target with { Tags = ["has space"] });

    [Fact]
    public void An_unknown_placeholder_is_named() => Faults("ImageTagInvalid", target => target with { Tags = ["x-{local:yyyy}"] });

    [Fact]
    public void A_phase_that_makes_no_tag_is_named() =>
        Faults("ImageTagInvalid", target => target with { Tags = ["x-{phase}"] }, "phase 5/a");

    [Theory]
    [InlineData("alpine", "docker.io", "library/alpine", null)]
    [InlineData("rsolv/platform:v1", "docker.io", "rsolv/platform", "v1")]
    [InlineData("localhost/platform", "localhost", "platform", null)]
    [InlineData("127.0.0.1:5000/a/b/c:1.0", "127.0.0.1:5000", "a/b/c", "1.0")]
    [InlineData("ghcr.io/rsolv-dev/rsolv-platform", "ghcr.io", "rsolv-dev/rsolv-platform", null)]
    public void A_name_is_read_as_docker_reads_it(string text, string host, string path, string? tag)
    {
        var reference = ImageReference.Parse(text);

        Assert.Equal((host, path, tag), (reference.Host, reference.Path, reference.Tag));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ghcr.io/Upper/case")]
    [InlineData("ghcr.io/a b")]
    [InlineData("https://ghcr.io/a")]
    public void What_is_no_name_is_refused(string text) =>
        Assert.Equal("ImageReferenceInvalid", Assert.Throws<DeployException>(() => ImageReference.Parse(text)).Id);

    [Theory]
    [InlineData("ghcr.io/a@sha256:12", "sha256:12")]
    [InlineData("ghcr.io/a:tag@sha256:", "sha256:")]
    [InlineData("@sha256:0f…", "sha256:0f…")]
    [InlineData("SHA256:AB", "SHA256:AB")]
    [InlineData("sha512:ab", "sha512:ab")]
    public void A_malformed_digest_is_refused_with_how_to_find_one(string text, string digest)
    {
        var error = Assert.Throws<DeployException>(() => ImageReference.Parse(text, "ghcr.io/a"));

        Assert.Equal(("DigestInvalid", digest), (error.Id, error.Subject));
        Assert.Contains($"'{digest}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("64 hexadecimal digits", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("Get-RsolvHistory", error.Remedy, StringComparison.Ordinal);
    }

    private void Faults(string id, Func<Target, Target> change, string phase = "p")
    {
        var fault = Assert.Throws<DeployException>(() => PublishPlanner.Plan(change(_folder.Target(Repository)), phase, Timestamp));

        Assert.Equal(id, fault.Id);
        Assert.NotEmpty(fault.Remedy);
    }
}
