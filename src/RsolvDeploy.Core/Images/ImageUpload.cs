using System.Collections.Concurrent;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Images;

/// <summary>
/// Brings an image into the registry under every tag. The layers go once, under the first tag; the other tags are the same manifest,
/// which the registry is given directly, all at once.
/// </summary>
/// <param name="plan">What is published.</param>
/// <param name="environment">Where credentials come from.</param>
/// <param name="ledger">Where each tag is recorded before it is pushed and after; null for nowhere.</param>
/// <param name="reporter">Who is told.</param>
internal sealed class ImageUpload(ImagePlan plan, DockerEnvironment environment, RunLedger? ledger, IReporter reporter)
{
    private readonly ConcurrentQueue<string> _pushed = new();

    /// <summary>Pushes; returns the digest that every tag has to be served under.</summary>
    /// <param name="first">Pushes the first tag; gives the digest of the manifest that was sent, or null when that is not known.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<string> RunAsync(Func<CancellationToken, Task<string?>> first, CancellationToken ct)
    {
        string? sent = await RecordAsync($"push {plan.References[0]}", () => first(ct));
        return await CompleteAsync(sent ?? plan.Tags[0].Name, takenUp: false, ct);
    }

    /// <summary>Puts what is there under the first tag under the other ones; returns its digest.</summary>
    /// <param name="sent">The digest of what was pushed under the first tag, or that tag when it is not known.</param>
    /// <param name="takenUp">Whether some of the others may be there already.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<string> CompleteAsync(string sent, bool takenUp, CancellationToken ct)
    {
        _pushed.Enqueue(plan.Tags[0].Name);
        using var registry = new RegistryClient(ImageReference.Parse(plan.References[0]), environment);
        RegistryManifest manifest = await registry.FindManifestAsync(sent, ct) ?? throw Mismatch(sent, await registry.FindDigestAsync(plan.Tags[0].Name, ct));
        await Task.WhenAll(plan.Tags.Skip(1).Select(async tag =>
        {
            if (!takenUp || await registry.FindDigestAsync(tag.Name, ct) != manifest.Digest)
                await RecordAsync($"tag {plan.Repository}:{tag.Name}", async () => { await registry.TagAsync(tag.Name, manifest, ct); return manifest.Digest; });
            _pushed.Enqueue(tag.Name);
            reporter.Verbose($"{plan.Repository}:{tag.Name} → {manifest.Digest}");
        }));
        return manifest.Digest;
    }

    /// <summary>Makes a change between its intent and its outcome in the ledger; gives the digest that it pushed.</summary>
    public Task<string?> RecordAsync(string what, Func<Task<string?>> push) =>
        ledger is null ? push() : ledger.DoAsync(what, push, digest => new ChangeFacts { Digest = digest });

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
