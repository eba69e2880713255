using System.Text;

namespace RsolvDeploy.Sandbox.SourceTree;

/// <summary>The source tree of the platform: a clone of a repository beside it, merged, clean and tagged.</summary>
internal static class PlatformSource
{
    private static readonly (string Path, string Text)[] Files =
    [
        ("config/prod.exs", "import Config\n\nconfig :rsolv, RsolvWeb.Endpoint, url: [host: \"rsolv.dev\", port: 443]\n"),
        ("config/runtime.exs", "import Config\n\nconfig :rsolv, Rsolv.PromEx, disabled: false\n"),
        ("lib/rsolv/application.ex", "children = [Rsolv.PromEx, Rsolv.Repo, RsolvWeb.Endpoint]\n"),
        ("lib/rsolv/prom_ex/validation_plugin.ex", "defmodule Rsolv.PromEx.ValidationPlugin do\n  use PromEx.Plugin\nend\n"),
        ("lib/rsolv_web/router.ex", "scope \"/\" do\n  get \"/metrics\", PromEx.Plug, prom_ex_module: Rsolv.PromEx\nend\n"),
    ];

    /// <summary>Whether git is there to read it.</summary>
    public static bool CanBeRead => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0
            && (File.Exists(Path.Combine(folder, "git")) || File.Exists(Path.Combine(folder, "git.exe"))));

    /// <summary>Writes the work tree and its origin.</summary>
    /// <param name="folder">The folder of both.</param>
    /// <returns>The work tree.</returns>
    public static string Write(string folder)
    {
        var (tree, origin) = (Path.Combine(folder, "source"), Path.Combine(folder, "origin.git"));
        var files = Files.ToDictionary(file => file.Path, file => Encoding.UTF8.GetBytes(file.Text));
        foreach (var (path, content) in files)
        {
            var full = Path.Combine(tree, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, content);
        }

        var objects = new GitObjects(Path.Combine(origin, "objects"));
        var commit = objects.WriteCommit(objects.WriteTree(files), "Measure validations", DateTimeOffset.UnixEpoch.AddYears(56));
        WriteText(origin, "HEAD", "ref: refs/heads/main\n");
        WriteText(origin, "config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
        WriteText(origin, "refs/heads/main", commit + "\n");

        var git = Path.Combine(tree, ".git");
        WriteText(git, "HEAD", "ref: refs/heads/main\n");
        WriteText(
            git,
            "config",
            "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tautocrlf = false\n"
                + $"[remote \"origin\"]\n\turl = {origin.Replace('\\', '/')}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n");
        WriteText(git, "objects/info/alternates", Path.Combine(origin, "objects").Replace('\\', '/') + "\n");
        foreach (var reference in (string[])["refs/heads/main", "refs/remotes/origin/main", "refs/tags/v1.0.0"])
            WriteText(git, reference, commit + "\n");
        File.WriteAllBytes(Path.Combine(git, "index"), GitIndex.Write(files));
        return tree;
    }

    private static void WriteText(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
