using System.Text.RegularExpressions;
using RsolvDeploy.SourceControl;

namespace RsolvDeploy.Setup;

/// <summary>Drafts what the repository shows: the work tree, the Dockerfile and the kustomize overlay.</summary>
internal static partial class SourceDraft
{
    private const int MostFolders = 2000;

    /// <summary>Adds the settings.</summary>
    public static async Task AddAsync(Draft draft, DraftRequest request, WorkloadSurvey survey, CancellationToken ct)
    {
        var git = new GitProgram(request.SourceFolder);
        var root = await git.RunAsync(ct, "rev-parse", "--show-toplevel");
        if (!root.Succeeded)
        {
            draft.Leave("the source tree: the folder is no work tree of git", "source: { path: …, remote: origin, branch: main }");
            AddImage(draft, survey, null);
            return;
        }

        await AddWorkTreeAsync(draft, git, root.Output, ct);
        AddImage(draft, survey, root.Output);
        AddOverlay(draft, request, root.Output, ct);
    }

    private static async Task AddWorkTreeAsync(Draft draft, GitProgram git, string root, CancellationToken ct)
    {
        var head = await git.RunAsync(ct, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD");
        if (head is { Succeeded: true, Output: ['o', 'r', 'i', 'g', 'i', 'n', '/', .. var branch] })
        {
            draft.Add(
                $"the work tree {root} with the main branch {branch}",
                [$"source: {{ path: {YamlText.Scalar(root)}, remote: origin, branch: {YamlText.Scalar(branch)} }}"]);
        }
        else
        {
            draft.Leave("the main branch of the remote", $"source: {{ path: {YamlText.Scalar(root)}, remote: origin, branch: main }}");
        }
    }

    private static void AddImage(Draft draft, WorkloadSurvey survey, string? root)
    {
        var repository = Repository(survey.Container.Image);
        string[] image = ["image:", $"  repository: {YamlText.Scalar(repository)}", $"  context: {YamlText.Scalar(root ?? "…")}"];
        if (root is not null && File.Exists(Path.Combine(root, "Dockerfile")))
        {
            draft.Add("a Dockerfile", [.. image, "tags: ['{utc:yyyyMMdd-HHmmss}', latest]"]);
            return;
        }

        draft.Leave("how the image is built: there is no Dockerfile; -Image deploys one that the registry has", image);
    }

    // Without the tag and the digest; a registry may have a port.
    private static string Repository(string image)
    {
        var named = image.Split('@')[0];
        var tag = named.LastIndexOf(':');
        return tag > named.LastIndexOf('/') ? named[..tag] : named;
    }

    private static void AddOverlay(Draft draft, DraftRequest request, string root, CancellationToken ct)
    {
        var overlays = Folders(new DirectoryInfo(root), ct)
            .Take(MostFolders)
            .Where(folder => File.Exists(Path.Combine(folder, "kustomization.yaml")))
            .Where(folder => Namespace().Match(File.ReadAllText(Path.Combine(folder, "kustomization.yaml"))) is { Success: true } match
                && match.Groups[1].Value == request.Namespace)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (overlays is [var only])
            draft.Leave("whether an update applies the kustomize overlay", $"kustomize: {{ path: {YamlText.Scalar(only)} }}");
        else if (overlays.Count > 1)
            draft.Leave($"which overlay an update applies: {string.Join(", ", overlays)}", "kustomize: { path: … }");
    }

    private static IEnumerable<string> Folders(DirectoryInfo folder, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        yield return folder.FullName;
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        foreach (var inner in folder.EnumerateDirectories("*", options))
        {
            if (inner.Name is ".git" or "node_modules" or "bin" or "obj") continue;
            foreach (var below in Folders(inner, ct)) yield return below;
        }
    }

    [GeneratedRegex(@"^namespace:\s*[""']?([a-z0-9-]+)[""']?\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Namespace();
}
