using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Engine.Build;
using RsolvDeploy.Sandbox.Faults;
using YamlDotNet.RepresentationModel;

namespace RsolvDeploy.Module.Tests.Programs;

/// <summary>The examples for CI systems: their own scripts, taken from the files and run against a sandbox.</summary>
public sealed class PipelineExampleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rsolv-pipelines-");

    public PipelineExampleTests()
    {
        // The module as it is installed, and a pwsh as the image of a CI system has it.
        Directory.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Modules).FullName, "RsolvDeploy"), Clone.Root);
        var pwsh = Path.Combine(Directory.CreateDirectory(Programs).FullName, "pwsh");
        File.WriteAllText(pwsh, $"#!/bin/sh\ncd '{Clone.Root}' && exec dotnet pwsh \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(pwsh, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private string Modules => Path.Combine(_folder.FullName, "modules");

    private string Reports => Path.Combine(_folder.FullName, "reports");

    private string Programs => Path.Combine(_folder.FullName, "bin");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(".github/actions/deploy/action.yml", "pwsh")]
    [InlineData("examples/pipelines/azure-pipelines.yml", "pwsh")]
    [InlineData("examples/pipelines/gitlab-ci.yml", "bash")]
    public async Task The_script_of_the_example_deploys(string example, string shell)
    {
        await using var sandbox = await StartAsync();
        foreach (var script in ScriptsOf(example))
        {
            var (code, output) = await RunAsync(sandbox, shell, shell == "bash" ? "-ec" : "-Command", script);
            Assert.True(code == 0, output);
        }

        Assert.Contains(sandbox.Requests, request =>
            request.Method == "PATCH" && request.Path.Contains("/deployments/", StringComparison.Ordinal));
        // What the job publishes.
        Assert.Equal([".html", ".xml"], Directory.GetFiles(Reports).Select(Path.GetExtension).Order(StringComparer.Ordinal));
    }

    // Azure Pipelines builds each pull request unless it is told not to, and a branch moves under those who name it.
    [Fact]
    public void The_examples_deploy_for_nobody_elses_pull_request_and_name_the_version_of_the_module()
    {
        var manifest = File.ReadAllText(Path.Combine(Clone.Root, "RsolvDeploy.psd1"));
        var version = Regex.Match(manifest, @"ModuleVersion\s+= '([0-9.]+)'").Groups[1].Value;
        string[] examples = ["azure-pipelines.yml", "github-actions.yml", "gitlab-ci.yml"];
        var texts = examples.ToDictionary(name => name, name => File.ReadAllText(Path.Combine(Clone.Root, "examples", "pipelines", name)));

        Assert.Contains("\ntrigger: none\npr: none", texts["azure-pipelines.yml"], StringComparison.Ordinal);
        Assert.DoesNotContain("pull_request", texts["github-actions.yml"], StringComparison.Ordinal);
        Assert.Contains($"RsolvDeploy/.github/actions/deploy@v{version}\n", texts["github-actions.yml"], StringComparison.Ordinal);
        Assert.Contains($"RequiredVersion = '{version}'", texts["azure-pipelines.yml"], StringComparison.Ordinal);
        Assert.Contains($"RequiredVersion = \"{version}\"", texts["gitlab-ci.yml"], StringComparison.Ordinal);
        Assert.All(
            texts.SelectMany(text => Regex.Matches(text.Value, @"uses: (\S+)")),
            uses => Assert.Matches("@(v[0-9.]+|[0-9a-f]{40})$", uses.Groups[1].Value));
    }

    [Theory]
    [InlineData(nameof(Fault.CrashLoop), 2)]
    [InlineData(nameof(Fault.Unavailable503), 3)]
    public async Task The_exit_code_says_how_the_deployment_ended(string fault, int expected)
    {
        await using var sandbox = await StartAsync();
        sandbox.Faults.Inject(Enum.Parse<Fault>(fault), -1);
        var (code, output) = await RunAsync(
            sandbox, "pwsh", "-File", "examples/pipelines/deploy.ps1", "-Target", "production", "-Reason", "test", "-Phase", "test");
        Assert.True(code == expected, $"{code}: {output}");
    }

    // The context of the image is the folder of the module, so that an installed one can be built, too.
    [Fact]
    public async Task The_entry_point_of_the_container_is_the_script_in_the_folder_of_the_module()
    {
        var image = Dockerfile.Parse(File.ReadAllText(Path.Combine(Clone.Root, "examples", "pipelines", "Containerfile")));
        var tools = JsonNode.Parse(File.ReadAllText(Path.Combine(Clone.Root, ".config", "dotnet-tools.json")))!["tools"]!;
        Assert.Contains(
            $"PowerShell --version {tools["powershell"]!["version"]} ",
            Assert.Single(image.Stages[0].Instructions).Arguments,
            StringComparison.Ordinal);
        var steps = image.Stages[^1].Instructions;
        var module = Assert.Single(steps, step => step.Keyword == "COPY" && step.Flags.Count == 0).Arguments.Split(' ');
        Assert.Equal([".", "/usr/local/share/powershell/Modules/RsolvDeploy"], module);
        var entry = Dockerfile.ReadJsonForm(steps[^1].Arguments)!;
        Assert.Equal(("ENTRYPOINT", "pwsh"), (steps[^1].Keyword, entry[0]));

        await using var sandbox = await StartAsync();
        string[] arguments = [.. entry[1..].Select(one => one.Replace(module[1], Clone.Root, StringComparison.Ordinal))];
        var (code, output) = await RunAsync(sandbox, "pwsh", [.. arguments, "-Target", "nowhere", "-Reason", "test"]);
        Assert.True(code == 3 && output.Contains("'nowhere'", StringComparison.Ordinal), $"{code}: {output}");
    }

    private static async Task<SandboxServer> StartAsync()
    {
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        await SlowMachine.AllowAsync(sandbox);
        return sandbox;
    }

    private async Task<(int Code, string Output)> RunAsync(SandboxServer sandbox, string shell, params string[] arguments)
    {
        var start = new ProcessStartInfo(shell == "pwsh" ? Path.Combine(Programs, "pwsh") : shell)
        {
            WorkingDirectory = Clone.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[.. shell == "pwsh" ? ["-NoProfile", "-NonInteractive"] : Array.Empty<string>(), .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["PSModulePath"] = Modules,
            ["PATH"] = $"{Programs}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
            ["RSOLV_CONFIG"] = sandbox.ConfigurationPath,
            ["CONFIGURATION_PATH"] = sandbox.ConfigurationPath,
            ["XDG_DATA_HOME"] = Path.Combine(_folder.FullName, "data"),
            ["NO_COLOR"] = "1",
            ["TARGET"] = "production",
            ["REASON"] = "https://ci.example/job/7",
            ["PHASE"] = "test",
            ["IMAGE"] = "",
            ["MODULE_VERSION"] = "0.1.0",
            ["REPORTS"] = Reports,
        })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    // What a step of GitHub (run), of Azure (pwsh) or of GitLab (script) executes.
    private static IEnumerable<string> ScriptsOf(string example)
    {
        using var text = File.OpenText(Path.Combine(Clone.Root, example));
        var yaml = new YamlStream();
        yaml.Load(text);
        return Mappings(yaml.Documents[0].RootNode).SelectMany(step => step.Children
            .Where(one => one.Key is YamlScalarNode { Value: "run" or "pwsh" or "script" })
            .SelectMany(one => one.Value is YamlSequenceNode lines ? lines.Children : [one.Value])
            .Select(script => ((YamlScalarNode)script).Value!));
    }

    private static IEnumerable<YamlMappingNode> Mappings(YamlNode node) => node switch
    {
        YamlMappingNode map => map.Children.Values.SelectMany(Mappings).Prepend(map),
        YamlSequenceNode list => list.Children.SelectMany(Mappings),
        _ => [],
    };
}
