using System.Diagnostics;

namespace RsolvDeploy.Core.Tests.SourceControl;

/// <summary>A remote repository and a clone of it, made by the git program.</summary>
internal sealed class GitFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("rsolv-git-").FullName;

    public GitFolder()
    {
        Directory.CreateDirectory(Remote);
        Git(Remote, "init", "--quiet", "--bare", "--initial-branch=main");
        Git(_root, "clone", "--quiet", Remote, Clone);
        Git(Clone, "checkout", "--quiet", "-B", "main");
        Write("a.txt", "one\n");
        Commit("first");
        Git(Clone, "push", "--quiet", "origin", "main");
    }

    public string Remote => Path.Combine(_root, "remote.git");

    public string Clone => Path.Combine(_root, "clone");

    public string Another(string name) => Path.Combine(_root, name);

    public void Write(string file, string text, string? folder = null)
    {
        var path = Path.Combine(folder ?? Clone, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public void Commit(string message, string? folder = null)
    {
        Git(folder ?? Clone, "add", "--all");
        Git(folder ?? Clone, "commit", "--quiet", "--allow-empty", "-m", message);
    }

    /// <summary>Another user pushes a commit.</summary>
    public void PushFromElsewhere()
    {
        var other = Another("other");
        Git(_root, "clone", "--quiet", Remote, other);
        Write("other.txt", "theirs\n", other);
        Commit("theirs", other);
        Git(other, "push", "--quiet", "origin", "HEAD:main");
    }

    public static string Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])
        [
            "-C", folder, "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "protocol.file.allow=always", .. arguments,
        ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)}: {errors.Result}");
        return output.Trim();
    }

    public void Dispose()
    {
        foreach (var file in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories))
            File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(_root, recursive: true);
    }
}
