using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Programs;

/// <summary>A program that gives a credential and hangs, or prints for ever, is ended with its children and named.</summary>
public sealed class HangingHelperTests : IDisposable
{
    private const string Hangs = "sleep 600 & echo $! > \"$(dirname \"$0\")/pid\"; wait";
    private const string PrintsForEver = "sleep 600 & echo $! > \"$(dirname \"$0\")/pid\"; yes '{\"token\":\"sbxsecret\"}'";

    private readonly BuildFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string PidFile => Path.Combine(_folder.Path, "pid");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_credential_helper_that_hangs_is_ended_with_its_children()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helper of this test is a shell script.");
        var login = FindLoginAsync(Hangs);
        await StartedProgram.WaitForStartAsync(PidFile);
        _time.Advance(TimeSpan.FromMinutes(2));
        AssertNamed((await login).Fault!, "CredentialHelperFailed", "docker-credential-slow", "did not end within 120 s");
        await StartedProgram.AssertEndedAsync(PidFile);
    }

    [Fact]
    public async Task A_credential_helper_that_prints_for_ever_is_ended_with_its_children()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helper of this test is a shell script.");
        var login = await FindLoginAsync(PrintsForEver);
        AssertNamed(login.Fault!, "CredentialHelperFailed", "docker-credential-slow", "printed more than");
        await StartedProgram.AssertEndedAsync(PidFile);
    }

    [Fact]
    public async Task An_exec_plugin_that_hangs_is_ended_with_its_children()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin of this test is a shell script.");
        var credential = GetCredentialAsync(Hangs);
        await StartedProgram.WaitForStartAsync(PidFile);
        _time.Advance(TimeSpan.FromMinutes(1));
        var fault = await Assert.ThrowsAsync<DeployException>(() => credential);
        AssertNamed(fault, "CredentialPluginFailed", "plugin.sh", "within 60 s");
        await StartedProgram.AssertEndedAsync(PidFile);
    }

    [Fact]
    public async Task An_exec_plugin_that_prints_for_ever_is_ended_with_its_children()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin of this test is a shell script.");
        var fault = await Assert.ThrowsAsync<DeployException>(() => GetCredentialAsync(PrintsForEver));
        AssertNamed(fault, "CredentialPluginFailed", "plugin.sh", "printed more than");
        await StartedProgram.AssertEndedAsync(PidFile);
    }

    private static void AssertNamed(DeployException fault, string id, string program, string reason)
    {
        Assert.Equal(id, fault.Id);
        Assert.Contains(program, fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(fault.Remedy));
        // Its output may hold the credential.
        Assert.DoesNotContain("sbxsecret", fault.ToString(), StringComparison.Ordinal);
    }

    private Task<RegistryLogin> FindLoginAsync(string script)
    {
        Script("docker-credential-slow", script);
        _folder.With(".docker/config.json", """{"credsStore":"slow"}""");
        var environment = new DockerEnvironment(name => name == "PATH" ? _folder.Path : null, _folder.Path) { Time = _time };
        return new RegistryCredentials(environment).FindAsync("registry.example", "rsolv/platform", Ct);
    }

    private async Task<Credential> GetCredentialAsync(string script)
    {
        Script("plugin.sh", script);
        _folder.With("config", """
            current-context: main
            clusters:
            - { name: c, cluster: { server: 'https://api.example' } }
            users:
            - name: u
              user: { exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./plugin.sh } }
            contexts:
            - { name: main, context: { cluster: c, user: u } }

            """);
        var environment = new KubeconfigEnvironment(_ => null, _folder.Path, _folder.Path) { Time = _time };
        return await KubeconfigLoader.Load(Path.Combine(_folder.Path, "config"), null, environment, SilentReporter.Instance)
            .Credentials.GetAsync(Ct);
    }

    private void Script(string name, string text)
    {
        _folder.With(name, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_folder.Path, name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
