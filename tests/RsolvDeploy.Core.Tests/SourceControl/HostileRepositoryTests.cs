using RsolvDeploy.Checks;
using RsolvDeploy.Preflight;
using RsolvDeploy.SourceControl;

namespace RsolvDeploy.Core.Tests.SourceControl;

/// <summary>What newer versions of git run, or what a partial clone runs to get what it lacks: nothing of it runs.</summary>
public sealed class HostileRepositoryTests : IDisposable
{
    private readonly GitFolder _git = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _git.Dispose();

    // The check asks for a commit of the remote that a partial clone does not have; git would fetch it by the program that is named.
    [Fact]
    public async Task A_partial_clone_fetches_by_no_program_that_the_repository_names()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a shell script.");
        var (ran, script) = Trap();
        _git.PushFromElsewhere();
        foreach (var (key, value) in new[]
        {
            ("core.repositoryFormatVersion", "1"), ("extensions.partialClone", "origin"), ("remote.origin.promisor", "true"),
            ("remote.origin.uploadpack", script),
        })
        {
            GitFolder.Git(_git.Clone, "config", key, value);
        }

        await LookAsync();
        Assert.False(File.Exists(ran));
    }

    [Theory]
    [InlineData("hook.evil.command", ":")]
    [InlineData("hook.evil.event", "")]
    [InlineData("credential.https://x.helper", "")]
    [InlineData("core.sshcommand", "")]
    [InlineData("diff.evil.textconv", "")]
    [InlineData("diff.evil.command", "")]
    [InlineData("filter.evil.process", "")]
    [InlineData("core.alternaterefscommand", "")]
    public void A_setting_that_names_a_command_is_overridden(string name, string value)
    {
        Assert.Matches(RepositoryCommands.Names, name);
        var variables = RepositoryCommands.Override($"local\0{name}\0");
        Assert.Equal((name, value), (variables["GIT_CONFIG_KEY_0"], variables["GIT_CONFIG_VALUE_0"]));
    }

    [Fact]
    public void A_hook_of_the_configuration_is_off()
    {
        var variables = RepositoryCommands.Override("local\0hook.evil.command\0local\0hook.evil.event\0worktree\0hook.evil.enabled\0");
        Assert.Equal("3", variables["GIT_CONFIG_COUNT"]);
        Assert.Equal(("hook.evil.enabled", "false"), (variables["GIT_CONFIG_KEY_2"], variables["GIT_CONFIG_VALUE_2"]));
        variables = RepositoryCommands.Override("local\0hook.evil.command\0");
        Assert.Equal(("hook.evil.enabled", "false"), (variables["GIT_CONFIG_KEY_1"], variables["GIT_CONFIG_VALUE_1"]));
        Assert.Empty(RepositoryCommands.Override("global\0hook.mine.command\0"));
    }

    [Theory]
    [InlineData("includeIf.gitdir:**.path")]
    [InlineData("include.path")]
    public async Task Hooks_and_programs_of_an_included_file_do_not_run(string include)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a shell script.");
        var (ran, script) = Trap();
        _git.Write("evil.txt", $"""
            [hook "evil"]
                command = {script}
                event = reference-transaction
                event = post-index-change
            [core]
                fsmonitor = {script}
                sshCommand = {script}
            [diff "evil"]
                textconv = {script}
                command = {script}
            [credential]
                helper = {script}
            [gpg]
                program = {script}
            """, _git.Another("included"));
        GitFolder.Git(_git.Clone, "config", include, Path.Combine(_git.Another("included"), "evil.txt"));
        _git.Write("attributes", "* diff=evil\n", Path.Combine(_git.Clone, ".git", "info"));
        _git.PushFromElsewhere();
        File.Delete(ran);
        await LookAsync();
        Assert.False(File.Exists(ran));
    }

    [Fact]
    public async Task Objects_of_another_folder_run_no_command()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a shell script.");
        var (ran, script) = Trap();
        var other = _git.Another("alternate");
        GitFolder.Git(_git.Clone, "clone", "--quiet", "--bare", _git.Remote, other);
        File.WriteAllText(Path.Combine(_git.Clone, ".git", "objects", "info", "alternates"), $"{other}/objects\n");
        GitFolder.Git(_git.Clone, "config", "core.alternateRefsCommand", script);
        _git.PushFromElsewhere();
        Assert.Equal(CheckStatus.Passed, (await LookAsync())[0].Status);
        Assert.False(File.Exists(ran));
    }

    private (string Ran, string Script) Trap()
    {
        var (ran, script) = (_git.Another("ran"), _git.Another("command"));
        File.WriteAllText(script, $"#!/bin/sh\ntouch {ran}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return (ran, script);
    }

    private async Task<IReadOnlyList<Check>> LookAsync() => await CodeChecks.EvaluateAsync(
        Targets.With(source: _git.Clone), new PreflightPlan([DeploymentStep.Publish], null), new CheckScope(TimeProvider.System, Ct));
}
