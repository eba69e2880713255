using RsolvDeploy.Images.Build;

namespace RsolvDeploy.Core.Tests.Images;

public class DockerfileFeatureTests
{
    private const string Plain = "FROM scratch\nCOPY app.txt /\n";

    [Theory]
    [InlineData("dockerfile parse error line 3: unknown instruction: ECHO", "FROM a\nRUN <<EOF\necho hi\nEOF\n", "a heredoc")]
    [InlineData("dockerfile parse error line 3: Unknown instruction: \"ECHO\"", "FROM a\nRUN cat <<-'END'\necho hi\nEND\n", "a heredoc")]
    [InlineData("unknown instruction: HELLO", "FROM a\n  copy <<\"x\" /y\nhello\nx\n", "a heredoc")]
    [InlineData("Unknown flag: link", Plain, "the option --link")]
    [InlineData("dockerfile parse error on line 2: unknown flag: --exclude", Plain, "the option --exclude")]
    [InlineData("the --chmod option requires BuildKit. Refer to https://docs.docker.com/", Plain, "the option --chmod")]
    [InlineData("invalid chmod parameter: 'u+x'. it should be octal string", Plain, "a mode of --chmod that is not octal")]
    [InlineData(
        "failed to process \"${A/x/app}\": unsupported modifier (/) in substitution", Plain, "a variable with a pattern (${name#pattern})")]
    [InlineData("unknown instruction: ECHO", "FROM a\nECHO hi\n", null)]
    [InlineData("unknown instruction: ECHO", "FROM a\nRUN echo 1 << 2\nECHO hi\n", null)]
    [InlineData("unknown flag: lnik", Plain, null)]
    [InlineData("exit code: 7", "FROM a\nRUN <<EOF\nexit 7\nEOF\n", null)]
    public void What_a_builder_does_not_know_is_found(string error, string dockerfile, string? expected) =>
        Assert.Equal(expected, DockerfileFeature.Find(error, dockerfile)?.Name);

    [Fact]
    public void The_remedy_names_the_syntax_and_the_engine()
    {
        DockerfileFeature link = DockerfileFeature.Find("unknown flag: link", Plain)!;
        Assert.Contains("# syntax=docker/dockerfile:1.4", link.Remedy(classic: false), StringComparison.Ordinal);
        Assert.Contains("Docker Engine 23.0", link.Remedy(classic: false), StringComparison.Ordinal);
        Assert.Contains("DOCKER_BUILDKIT", link.Remedy(classic: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COPY --chmod=u+x app.txt /", "20.10.24+dfsg1 linux/amd64", "a mode of --chmod that is not octal")]
    [InlineData("  add --chown=1:1 --chmod=a=rX app.txt /", "26.1.5 linux/amd64", "a mode of --chmod that is not octal")]
    [InlineData("ONBUILD COPY \\\n  --chmod=${MODE} app.txt /", "27.2.0 linux/amd64", "a variable as the mode of --chmod")]
    [InlineData("# syntax=docker/dockerfile:1.3\nADD --chmod=$MODE app.txt /", "29.0.0 linux/amd64", "a variable as the mode of --chmod")]
    [InlineData("COPY --chmod=0751 app.txt /", "20.10.24 linux/amd64", null)]
    [InlineData("COPY --chmod=u+x app.txt /", "28.0.0 linux/amd64", null)]
    [InlineData("COPY --chmod=u+x app.txt /", "5.4.0 linux/amd64", null)] // Podman
    [InlineData("# escape=`\n# syntax=docker/dockerfile:1\nCOPY --chmod=u+x app.txt /", "20.10.24 linux/amd64", null)]
    [InlineData("# syntax=example.org/frontend:1.2\nCOPY --chmod=u+x app.txt /", "20.10.24 linux/amd64", null)]
    [InlineData("# COPY --chmod=u+x app.txt /\nRUN echo COPY --chmod=u+x a", "20.10.24 linux/amd64", null)]
    [InlineData("COPY app.txt --chmod=u+x /", "20.10.24 linux/amd64", null)]
    public void A_mode_that_the_builder_ignores_is_found(string dockerfile, string engine, string? expected) =>
        Assert.Equal(expected, IgnoredMode.Find(dockerfile, engine)?.Feature.Name);
}
