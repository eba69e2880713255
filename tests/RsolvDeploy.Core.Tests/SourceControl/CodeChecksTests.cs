using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Preflight;
using RsolvDeploy.SourceControl;

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
        var (ran, script) = Trap();
        foreach (var key in new[] { "core.fsmonitor", "diff.external", "core.pager", "core.askPass", "gpg.program" })
            GitFolder.Git(_git.Clone, "config", key, script);
        foreach (var key in new[] { "remote.origin.uploadpack", "core.sshCommand", "filter.evil.clean", "filter.evil.process" })
            GitFolder.Git(_git.Clone, "config", key, script);
        GitFolder.Git(_git.Clone, "config", "log.showSignature", "true");
        Filter(Path.Combine(_git.Clone, ".git"), Path.Combine(_git.Clone, "a.txt"));
        var hooks = Directory.CreateDirectory(_git.Another("hooks")).FullName;
        foreach (var hook in new[] { "post-index-change", "reference-transaction" }) File.Copy(script, Path.Combine(hooks, hook));
        GitFolder.Git(_git.Clone, "config", "core.hooksPath", hooks);
        File.Delete(ran); // the commands above ran it
        var checks = await LookAsync();
        Assert.False(File.Exists(ran));
        Assert.All(checks.Take(3), check => Assert.Equal(CheckStatus.Passed, check.Status));
    }

    [Fact]
    public async Task Commands_that_an_included_file_names_are_not_run()
    {
        var (ran, script) = Trap();
        _git.Write("evil.txt", $"[core]\nsshCommand = {script}\n[filter \"evil\"]\nclean = {script}\n", _git.Another("included"));
        GitFolder.Git(_git.Clone, "config", "include.path", Path.Combine(_git.Another("included"), "evil.txt"));
        Filter(Path.Combine(_git.Clone, ".git"), Path.Combine(_git.Clone, "a.txt"));
        Assert.All((await LookAsync()).Take(3), check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.False(File.Exists(ran));
    }

    [Fact]
    public async Task Commands_that_a_submodule_names_are_not_run_and_its_changes_are_found()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a shell script.");
        AddSubmodule();
        var module = Path.Combine(_git.Clone, "lib");
        var (ran, script) = Trap();
        foreach (var key in new[] { "core.fsmonitor", "core.sshCommand", "filter.evil.clean", "remote.origin.uploadpack" })
            GitFolder.Git(module, "config", key, script);
        Filter(Path.Combine(_git.Clone, ".git", "modules", "lib"), Path.Combine(module, "a.txt"));
        GitFolder.Git(_git.Clone, "config", "fetch.recurseSubmodules", "true");
        File.Delete(ran);
        _git.PushFromElsewhere(); // so that something is fetched

        Assert.Equal(CheckStatus.Passed, (await LookAsync())[1].Status);
        Assert.False(File.Exists(ran));
        _git.Write("a.txt", "changed\n", module);
        AssertFailed((await LookAsync())[1], "1 uncommitted", "lib");
        Assert.False(File.Exists(ran));
    }

    [Fact]
    public async Task A_repository_leads_requests_and_cookies_nowhere_else()
    {
        var jar = _git.Another("jar");
        var shown = RepositoryCommands.Override("local\0http.saveCookies\0local\0http.https://x/.sslverify\0global\0http.proxy\0");
        Assert.Equal(["2", "http.saveCookies", "", "http.https://x/.sslverify", "true"], shown.Values);
        foreach (var (key, value) in new[]
        {
            ("http.saveCookies", "true"), ("http.cookieFile", jar), ("http.sslVerify", "false"), ("http.proxy", "http://127.0.0.1:1"),
            ("http.https://x.example/.sslVerify", "false"), ("http.curloptResolve", "x.example:443:127.0.0.1"),
            ("remote.origin.proxy", "http://127.0.0.1:1"),
        })
        {
            GitFolder.Git(_git.Clone, "config", key, value);
        }

        var git = new GitProgram(_git.Clone);
        Assert.Equal("true", (await git.RunAsync(Ct, "config", "--get", "http.sslVerify")).Output);
        Assert.Equal("true", (await git.RunAsync(Ct, "config", "--get-urlmatch", "http.sslVerify", "https://x.example/a")).Output);
        foreach (var key in new[] { "http.saveCookies", "http.cookieFile", "http.proxy", "http.curloptResolve", "remote.origin.proxy" })
            Assert.Equal("", (await git.RunAsync(Ct, "config", "--get", key)).Output);
    }

    [Theory]
    [InlineData("git version 2.20.1")]
    [InlineData("git version 2.30.9.windows.1")]
    [InlineData("git version 1.8.3.1")]
    [InlineData("something else")]
    public async Task A_git_that_would_run_commands_of_the_repository_is_refused(string version)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The git of this test is a shell script.");
        var (ran, _) = Trap();
        var git = _git.Another("git");
        File.WriteAllText(git, $"#!/bin/sh\ncase \"$*\" in *version) echo '{version}';; *) touch {ran};; esac\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var error = await Assert.ThrowsAsync<DeployException>(() => new GitProgram(_git.Clone, git).RunAsync(Ct, "status"));
        Assert.Equal("GitTooOld", error.Id);
        Assert.Contains($"'{version}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("2.31", error.Remedy, StringComparison.Ordinal);
        Assert.False(File.Exists(ran));
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
        AddSubmodule();
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

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private void AddSubmodule()
    {
        var library = _git.Another("library");
        GitFolder.Git(_git.Clone, "clone", "--quiet", _git.Remote, library);
        GitFolder.Git(_git.Clone, "submodule", "--quiet", "add", library, "lib");
        _git.Commit("with a submodule");
        GitFolder.Git(_git.Clone, "push", "--quiet", "origin", "main");
    }

    // A command that leaves a file behind when it runs.
    private (string Ran, string Script) Trap()
    {
        var (ran, script) = (_git.Another("ran"), _git.Another("command"));
        File.WriteAllText(script, $"#!/bin/sh\ntouch {ran}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return (ran, script);
    }

    // A file that may have changed is filtered before it is compared.
    private static void Filter(string git, string file)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(git, "info")).FullName, "attributes"), "* filter=evil\n");
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(40));
    }

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
