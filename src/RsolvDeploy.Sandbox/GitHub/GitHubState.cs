using System.Security.Cryptography;
using System.Text;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>The repository of the sandbox's GitHub, with its runs. Thread safe.</summary>
internal sealed class GitHubState(FaultInjector faults)
{
    public const string Owner = "RSOLV-dev";
    public const string Name = "nodegoat-vulnerability-demo";
    public const string DefaultBranch = "main";
    private const string Folder = ".github/workflows/";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, GitHubBranch> _branches = new(StringComparer.Ordinal)
    {
        [DefaultBranch] = Commit(DefaultBranch, new Dictionary<string, string> { ["README.md"] = "# A demo with vulnerabilities\n" }),
        // The branch of an earlier validation does not count for a new one.
        ["rsolv/validate/issue-1"] = Commit("rsolv/validate/issue-1", new Dictionary<string, string>()) with
        {
            Date = DateTimeOffset.UtcNow.AddDays(-3),
        },
    };

    private readonly Dictionary<string, GitHubSecret> _secrets = new(StringComparer.Ordinal);
    private readonly List<GitHubRun> _runs = [];
    private readonly List<GitHubPull> _pulls = [];
    private readonly List<GitHubDeployment> _deployments = [];
    private long _lastRun = 9_000_000_000;

    /// <summary>The App that is installed in the repository.</summary>
    public GitHubAppKey App { get; } = new();

    /// <summary>The time that each step of a run takes.</summary>
    public TimeSpan StepTime { get; set; } = TimeSpan.FromMilliseconds(60);

    /// <summary>The names of artifacts that runs leave before their results.</summary>
    public IReadOnlyList<string> OtherArtifacts { get; set; } = [];

    /// <summary>What a run reports to the platform when it succeeds; null for nothing.</summary>
    public Action<GitHubRun>? Settled { get; set; }

    public IReadOnlyDictionary<string, GitHubSecret> Secrets
    {
        get
        {
            lock (_gate) return new Dictionary<string, GitHubSecret>(_secrets);
        }
    }

    public IReadOnlyList<GitHubRun> Runs
    {
        get
        {
            lock (_gate)
            {
                foreach (var run in _runs) Settle(run);
                return [.. _runs];
            }
        }
    }

    public IReadOnlyList<GitHubPull> Pulls
    {
        get
        {
            _ = Runs;
            lock (_gate) return [.. _pulls];
        }
    }

    public GitHubBranch? FindBranch(string name)
    {
        _ = Runs;
        lock (_gate) return _branches.GetValueOrDefault(name);
    }

    public IReadOnlyList<GitHubBranch> Branches
    {
        get
        {
            _ = Runs;
            lock (_gate) return [.. _branches.Values.OrderBy(branch => branch.Name, StringComparer.Ordinal)];
        }
    }

    public bool CreateBranch(string name, string sha)
    {
        lock (_gate)
        {
            return _branches.Values.FirstOrDefault(branch => branch.Sha == sha) is { } origin
                && _branches.TryAdd(name, origin with { Name = name });
        }
    }

    public GitHubBranch Write(GitHubBranch branch, string path, string text)
    {
        lock (_gate)
            return _branches[branch.Name] = Commit(branch.Name, new Dictionary<string, string>(branch.Files) { [path] = text });
    }

    public GitHubPull? Open(string title, string head, string onto)
    {
        lock (_gate)
        {
            if (_pulls.Exists(pull => pull.Head == head)) return null;
            var pull = new GitHubPull(_pulls.Count + 7, title, head, onto, DateTimeOffset.UtcNow);
            _pulls.Add(pull);
            return pull;
        }
    }

    /// <summary>The deployments, newest first.</summary>
    public IReadOnlyList<GitHubDeployment> Deployments
    {
        get
        {
            lock (_gate) return [.. _deployments];
        }
    }

    public void Deploy(GitHubDeployment deployment)
    {
        lock (_gate) _deployments.Insert(0, deployment);
    }

    /// <summary>Adds a status; a success makes the earlier deployments of its environment inactive, as GitHub does.</summary>
    public void SetStatus(GitHubDeployment deployment, GitHubDeploymentStatus status)
    {
        lock (_gate)
        {
            deployment.Statuses.Insert(0, status);
            if (status.State != "success") return;
            foreach (var earlier in _deployments.Where(one => one.Id < deployment.Id && one.Environment == deployment.Environment))
                if (earlier.State == "success") earlier.Statuses.Insert(0, status with { State = "inactive", Description = "" });
        }
    }

    /// <summary>Sets a secret; whether it is new.</summary>
    public bool Set(string name, string box, string keyId)
    {
        lock (_gate)
        {
            var now = DateTimeOffset.UtcNow;
            var isNew = !_secrets.TryGetValue(name, out var before);
            _secrets[name] = new GitHubSecret(box, keyId, before?.Created ?? now, now);
            return isNew;
        }
    }

    /// <summary>The text of a workflow file on a branch; null when it is not there.</summary>
    public string? FindWorkflow(string file, string branch) => FindBranch(branch)?.Files.GetValueOrDefault(Folder + file);

    public GitHubRun Dispatch(string branch, string text, string? marker)
    {
        var title = text.Contains("inputs.rsolv_run", StringComparison.Ordinal) && marker is not null
            ? $"RSOLV staging validation {marker}"
            : "RSOLV staging validation";
        lock (_gate)
        {
            var run = new GitHubRun(++_lastRun, title, _branches[branch])
            {
                StepTime = StepTime,
                OtherArtifacts = OtherArtifacts,
                FailingStep = faults.Take(Fault.WorkflowFails) ? "VALIDATE phase" : null,
                TrustScore = faults.Take(Fault.LowTrustScore) ? 40 : 92,
            };
            _runs.Insert(0, run);
            return run;
        }
    }

    public static string BlobOf(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        return Hash([.. Encoding.ASCII.GetBytes($"blob {body.Length}\0"), .. body]);
    }

    // A run that succeeded has pushed its validation branch, and opened a pull request when its score passed the threshold.
    private void Settle(GitHubRun run)
    {
        if (run.IsSettled || run.Conclusion(DateTimeOffset.UtcNow) != "success") return;
        run.IsSettled = true;
        const string Validation = "rsolv/validate/issue-12";
        _branches[Validation] = Commit(Validation, new Dictionary<string, string> { ["test/issue-12.test.js"] = "// generated\n" });
        Settled?.Invoke(run);
        if (run.TrustScore <= 80) return;
        const string Mitigation = "rsolv/fix/issue-12";
        _branches[Mitigation] = Commit(Mitigation, new Dictionary<string, string> { ["app/data.js"] = "// corrected\n" });
        _pulls.RemoveAll(pull => pull.Head == Mitigation);
        _pulls.Insert(0, new GitHubPull(
            _pulls.Count + 7, "Fix NoSQL injection (issue 12)", Mitigation, DefaultBranch, DateTimeOffset.UtcNow));
    }

    private static GitHubBranch Commit(string branch, Dictionary<string, string> files) =>
        new(branch, Hash(RandomNumberGenerator.GetBytes(20)), DateTimeOffset.UtcNow, files);

#pragma warning disable CA5350 // Git names objects by SHA-1.
    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData(bytes));
#pragma warning restore CA5350
}
