using System.Collections.Concurrent;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images;

/// <summary>
/// Brings an image into the registry under every tag. The layers go once, under the first tag; the other tags are the same manifest,
/// which the registry is given directly, all at once.
/// </summary>
internal sealed class ImageUpload(ImagePlan plan, DockerEnvironment environment, IReporter reporter)
{
    private readonly ConcurrentQueue<string> _pushed = new();

    /// <summary>Pushes; returns the digest that every tag has to be served under.</summary>
    /// <param name="first">Pushes the first tag; gives the digest of the manifest that was sent, or null when that is not known.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<string> RunAsync(Func<CancellationToken, Task<string?>> first, CancellationToken ct)
    {
        string? sent = await first(ct);
        ImageTag leading = plan.Tags[0];
        _pushed.Enqueue(leading.Name);
        using var registry = new RegistryClient(ImageReference.Parse(plan.References[0]), environment);
        RegistryManifest manifest = await registry.FindManifestAsync(sent ?? leading.Name, ct) ?? throw Mismatch(sent ?? leading.Name, await registry.FindDigestAsync(leading.Name, ct));
        await Task.WhenAll(plan.Tags.Skip(1).Select(async tag =>
        {
            await registry.TagAsync(tag.Name, manifest, ct);
            _pushed.Enqueue(tag.Name);
            reporter.Verbose($"{plan.Repository}:{tag.Name} → {manifest.Digest}");
        }));
        return manifest.Digest;
    }

    /// <summary>In words, which tags are pushed by now and which are not.</summary>
    public string Describe()
    {
        List<string> done = [.. _pushed];
        List<string> left = [.. plan.Tags.Select(tag => tag.Name).Except(done)];
        return $"pushed to {plan.Repository}: {List(done)}; not pushed: {List(left)}";
    }

    private static string List(List<string> tags) => tags.Count == 0 ? "nothing" : string.Join(", ", tags);

    private DeployException Mismatch(string sent, string? served) => new(
        "RegistryDigestMismatch",
        FaultCategory.SecurityError,
        $"{sent} was pushed as {plan.References[0]}, but the registry serves {served ?? "nothing"} under this tag.",
        "Do not deploy it. See whether the registry, or a proxy in front of it, converts images or drops what is pushed.")
    { Subject = plan.References[0] };
}
