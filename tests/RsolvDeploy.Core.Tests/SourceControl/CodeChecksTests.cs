using RsolvDeploy.Checks;
using RsolvDeploy.Preflight;

namespace RsolvDeploy.Core.Tests.SourceControl;

/// <summary>The four checks of a clone, each with its own result.</summary>
public sealed class CodeChecksTests : IDisposable
{
    private readonly GitFolder _git = new();

    public void Dispose() => _git.Dispose();

    [Fact]
    public async Task A_clean_merged_tagged_clone_passes_all()
    {
        GitFolder.Git(_git.Clone, "tag", "v1.0.0");
        var checks = await LookAsync();
        Assert.Equal(["code.merged", "code.clean", "code.up-to-date", "code.tagged"], checks.Select(check => check.Id));
        Assert.All(checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal("v1.0.0", checks[3].Evidence);
    }

    [Fact]
    public async Task Commands_that_the_repository_names_are_not_run()
    {
        var ran = _git.Another("ran");
        var script = _git.Another("command");
        File.WriteAllText(script, $"#!/bin/sh\ntouch {ran}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var key in new[] { "core.fsmonitor", "diff.external", "core.pager", "core.askPass", "gpg.program" })
            GitFolder.Git(_git.Clone, "config", key, script);
        foreach (var key in new[] { "remote.origin.uploadpack", "core.sshCommand", "filter.evil.clean", "filter.evil.process" })
            GitFolder.Git(_git.Clone, "config", key, script);
        GitFolder.Git(_git.Clone, "config", "log.showSignature", "true");
        // A file that may have changed is filtered before it is compared.
        var attributes = Path.Combine(Directory.CreateDirectory(Path.Combine(_git.Clone, ".git", "info")).FullName, "attributes");
        File.WriteAllText(attributes, "* filter=evil\n");
        File.SetLastWriteTimeUtc(Path.Combine(_git.Clone, "a.txt"), DateTime.UnixEpoch.AddYears(40));
        var hooks = Directory.CreateDirectory(_git.Another("hooks")).FullName;
        foreach (var hook in new[] { "post-index-change", "reference-transaction" }) File.Copy(script, Path.Combine(hooks, hook));
        GitFolder.Git(_git.Clone, "config", "core.hooksPath", hooks);
        File.Delete(ran); // the commands above ran it
        var checks = await LookAsync();
        Assert.False(File.Exists(ran));
        Assert.All(checks.Take(3), check => Assert.Equal(CheckStatus.Passed, check.Status));
    }

    [Fact]
    public async Task A_commit_that_is_not_merged_fails()
    {
        _git.Commit("mine");
        var checks = await LookAsync();
        AssertFailed(checks[0], "HEAD is not in origin/main");
        Assert.Equal(CheckStatus.Passed, checks[2].Status);
    }

    [Fact]
    public async Task A_clone_that_is_behind_fails_and_is_fetched_without_changing_it()
    {
        _git.PushFromElsewhere();
        var before = GitFolder.Git(_git.Clone, "for-each-ref");
        var checks = await LookAsync();
        Assert.Equal(CheckStatus.Passed, checks[0].Status);
        AssertFailed(checks[2], "1 commits behind origin/main");
        Assert.Equal(before, GitFolder.Git(_git.Clone, "for-each-ref"));
        Assert.False(File.Exists(Path.Combine(_git.Clone, ".git", "FETCH_HEAD")));
    }

    [Fact]
    public async Task What_is_changed_staged_or_not_tracked_is_named()
    {
        _git.Write("a.txt", "two\n");
        _git.Write("new file é.txt", "x");
        AssertFailed((await LookAsync())[1], "2 uncommitted", "a.txt", "new file");
    }

    [Fact]
    public async Task A_tag_is_only_advised()
    {
        var tagged = (await LookAsync())[3];
        Assert.Equal((CheckStatus.Warning, CheckSeverity.Advisory), (tagged.Status, tagged.Severity));
    }

    [Fact]
    public async Task A_detached_head_is_reported()
    {
        GitFolder.Git(_git.Clone, "checkout", "--quiet", "--detach");
        var merged = (await LookAsync())[0];
        Assert.Equal(CheckStatus.Passed, merged.Status);
        Assert.Contains("(detached)", merged.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_linked_work_tree_is_a_work_tree()
    {
        var linked = _git.Another("linked");
        GitFolder.Git(_git.Clone, "worktree", "add", "--quiet", "-b", "side", linked);
        Assert.All((await LookAsync(linked)).Take(3), check => Assert.Equal(CheckStatus.Passed, check.Status));
    }

    [Fact]
    public async Task A_shallow_clone_without_the_history_is_named()
    {
        var shallow = _git.Another("shallow");
        GitFolder.Git(_git.Clone, "clone", "--quiet", "--depth=1", $"file://{_git.Remote}", shallow);
        Assert.Equal(CheckStatus.Passed, (await LookAsync(shallow))[0].Status);
        _git.Commit("mine", shallow);
        AssertFailed((await LookAsync(shallow))[0], "shallow");
    }

    [Fact]
    public async Task A_submodule_that_is_not_checked_out_is_named()
    {
        var library = _git.Another("library");
        GitFolder.Git(_git.Clone, "clone", "--quiet", _git.Remote, library);
        GitFolder.Git(_git.Clone, "submodule", "--quiet", "add", library, "lib");
        _git.Commit("with a submodule");
        GitFolder.Git(_git.Clone, "push", "--quiet", "origin", "main");
        Assert.Equal(CheckStatus.Passed, (await LookAsync())[1].Status);
        var fresh = _git.Another("fresh");
        GitFolder.Git(_git.Clone, "clone", "--quiet", _git.Remote, fresh);
        AssertFailed((await LookAsync(fresh))[1], "submodule lib not checked out");
    }

    [Theory]
    [InlineData("nowhere", "does not exist")]
    [InlineData("plain", "no work tree")]
    [InlineData("empty", "no commit yet")]
    [InlineData("no remote", "no remote 'origin'")]
    [InlineData("no branch", "no branch 'main'")]
    [InlineData("unreachable", "cannot be read")]
    public async Task An_error_of_git_is_named(string what, string words)
    {
        var folder = _git.Another("x");
        if (what != "nowhere") Directory.CreateDirectory(folder);
        if (what == "empty") GitFolder.Git(folder, "init", "--quiet");
        if (what is "no remote" or "no branch" or "unreachable")
        {
            folder = _git.Clone;
            if (what == "no remote") GitFolder.Git(folder, "remote", "remove", "origin");
            if (what == "no branch") GitFolder.Git(_git.Remote, "branch", "-m", "main", "trunk");
            if (what == "unreachable")
                GitFolder.Git(folder, "remote", "set-url", "origin", "https://user:hunter2-secret@127.0.0.1:1/x.git");
        }

        var merged = (await LookAsync(folder))[0];
        AssertFailed(merged, words);
        Assert.DoesNotContain("hunter2-secret", merged.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_is_not_looked_at_where_nothing_is_to_be_built() =>
        Assert.All(await LookAsync("/nowhere", DeploymentStep.Update), check => Assert.Equal(CheckStatus.Skipped, check.Status));

    private async Task<IReadOnlyList<Check>> LookAsync(string? folder = null, DeploymentStep step = DeploymentStep.Publish) =>
        await CodeChecks.EvaluateAsync(
            Targets.With(source: folder ?? _git.Clone),
            new PreflightPlan([step], null),
            new CheckScope(TimeProvider.System, TestContext.Current.CancellationToken));

    private static void AssertFailed(Check check, params string[] words)
    {
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.All(words, word => Assert.Contains(word, check.Evidence, StringComparison.Ordinal));
        Assert.False(string.IsNullOrEmpty(check.Remedy));
    }
}
