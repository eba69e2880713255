using System.Diagnostics;
using System.Text.RegularExpressions;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Build;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Images.Contexts;

/// <summary>The packed archive equals that of the docker program, entry by entry.</summary>
public sealed class DockerIgnoreTests(CapturingEngine engine) : IClassFixture<CapturingEngine>, IDisposable
{
    private readonly BuildFolder _folder = ContextTree.Create(new BuildFolder());

    public static TheoryData<string> Names => [.. IgnoreTable.Cases.Keys];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_archive_is_the_one_that_the_docker_program_sends(string name)
    {
        IgnoreCase one = IgnoreTable.Cases[name];
        Assert.SkipWhen(ServerProgram.WhyMissing("docker", "docker.io") is not null, ServerProgram.WhyMissing("docker", "docker.io") ?? "");
        Assert.SkipUnless(
            one.Since <= await MajorAsync(), $"This docker program is older than version {one.Since} and behaves differently.");
        _folder.With(".dockerignore", one.Lines);

        Assert.Equal(await SentByDockerAsync(one.Dockerfile), await PackedAsync(one.Dockerfile));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*.md\nsrc")]
    public async Task A_Dockerfile_outside_of_the_context_is_sent_as_the_docker_program_sends_it(string? rules)
    {
        Assert.SkipWhen(ServerProgram.WhyMissing("docker", "docker.io") is not null, ServerProgram.WhyMissing("docker", "docker.io") ?? "");
        if (rules is not null) _folder.With(".dockerignore", rules);
        using BuildFolder elsewhere = new BuildFolder().With("Dockerfile", "FROM scratch\nCOPY . /\n");
        string dockerfile = Path.Combine(elsewhere.Path, "Dockerfile");

        Assert.Equal(Sorted(await SentByDockerAsync(dockerfile)), Sorted(await PackedAsync(dockerfile)));

        // The name is any; .dockerignore holds it, so its hash is any too.
        static string Sorted(string? archive) => string.Join('\n', Regex.Replace(
            Regex.Replace(archive!, "dockerfile\\.[0-9a-f]+", "dockerfile.x"), "(?<= .dockerignore )[0-9a-f]+", "x")
            .Split('\n')
            .Order(StringComparer.Ordinal));
    }

    // Null is a refusal.
    private async Task<string?> SentByDockerAsync(string dockerfile)
    {
        engine.Archive = null;
        (int code, string output) = await DockerAsync(
            "--host", engine.Host, "build", "--file", Path.Combine(_folder.Path, dockerfile), _folder.Path);
        if (engine.Archive is not { } archive)
        {
            Assert.True(code != 0, output);
            return null;
        }

        // The program ends an archive that it changes without the empty blocks.
        return Show(await ContextEntry.ReadAsync(new MemoryStream([.. archive, .. new byte[1024]]), Ct));
    }

    private async Task<string?> PackedAsync(string dockerfile)
    {
        using var archive = new MemoryStream();
        try
        {
            await new BuildContext(_folder.Path, dockerfile, isClassic: true).WriteAsync(archive, Ct);
        }
        catch (DeployException e) when (e.Id == "DockerIgnoreInvalid")
        {
            return null;
        }

        archive.Position = 0;
        return Show(await ContextEntry.ReadAsync(archive, Ct));
    }

    private static string Show(IEnumerable<ContextEntry> entries) => string.Join('\n', entries);

    private async Task<int> MajorAsync() =>
        int.Parse(Regex.Match((await DockerAsync("--version")).Output, "\\d+").Value, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<(int Code, string Output)> DockerAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOCKER_BUILDKIT"] = "0"; // with BuildKit the engine requests single files, and no archive is sent
        start.Environment["DOCKER_CONFIG"] = Path.Combine(_folder.Path, "..");
        using var docker = Process.Start(start)!;
        Task<string> error = docker.StandardError.ReadToEndAsync(Ct);
        string output = await docker.StandardOutput.ReadToEndAsync(Ct);
        await docker.WaitForExitAsync(Ct);
        return (docker.ExitCode, output + await error);
    }
}
