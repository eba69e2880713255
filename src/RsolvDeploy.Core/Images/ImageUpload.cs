using System.Collections.Concurrent;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Planning;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Images;

/// <summary>
/// Pushes an image under every tag. The layers are sent once, under the first tag; the other tags get the same manifest
/// from here, all in parallel.
/// </summary>
/// <param name="plan">The publish.</param>
/// <param name="environment">Where credentials come from.</param>
/// <param name="run">The run.</param>
internal sealed class ImageUpload(ImagePlan plan, DockerEnvironment environment, PublishRun run)
{
    private const string DigestMismatch = "RegistryDigestMismatch";

    private readonly ConcurrentQueue<string> _pushed = new();

    /// <summary>Pushes; returns the digest that the registry has to serve under every tag.</summary>
    /// <param name="imageId">The engine's id of the image.</param>
    /// <param name="push">Pushes one tag; returns the digest of the manifest that was sent, or null when it is unknown.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<string> RunAsync(string imageId, Func<string, CancellationToken, Task<string?>> push, CancellationToken ct)
    {
        string first = plan.Tags[0].Name;
        string? sent = await RecordAsync($"push {plan.References[0]}", () => PushFirstAsync(imageId, token => push(first, token), ct));
        try
        {
            return await TagAsync(sent ?? first, ct);
        }
        catch (DeployException e) when (sent is not null && e.Id != DigestMismatch)
        {
            // The engine may reach a registry that this machine does not, or has another credential.
            run.Reporter.Warning($"The engine pushes every tag, because the registry cannot be used from here. {e.Message}");
        }

        foreach (string tag in plan.Tags.Select(tag => tag.Name).Except(_pushed.ToArray()))
        {
            await RecordAsync($"push {plan.Repository}:{tag}", () => push(tag, ct));
            _pushed.Enqueue(tag);
        }

        return sent;
    }

    /// <summary>Pushes the other tags of an image whose first tag is pushed; returns its digest.</summary>
    /// <param name="version">The digest of the first tag, or that tag when the digest is unknown.</param>
    /// <param name="ct">Cancels.</param>
    public Task<string> TagAsync(string version, CancellationToken ct) => TagAsync(version, (_, _) => Task.FromResult(false), ct);

    /// <summary>Pushes the tags that the registry does not serve with this digest yet.</summary>
    /// <param name="digest">The digest of the first tag.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<string> ContinueAsync(string digest, CancellationToken ct)
    {
        using var registry = new RegistryClient(ImageReference.Parse(plan.References[0]), environment);
        return await TagAsync(digest, async (tag, served) => await registry.FindDigestAsync(tag, ct) == served, ct);
    }

    /// <summary>Pushes every tag of an image that the repository has; returns its digest.</summary>
    /// <param name="digest">The digest of the image.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<string> PromoteAsync(string digest, CancellationToken ct)
    {
        using var registry = new RegistryClient(ImageReference.Parse(plan.References[0]), environment);
        RegistryManifest manifest = await registry.FindManifestAsync(digest, ct) ?? throw Mismatch(digest, served: null);
        // The first tag identifies the publish, so that a resumed run finds it.
        await PushAsync(registry, plan.Tags[0].Name, manifest, ct);
        return await TagAsync(digest, ct);
    }

    /// <summary>Records a push in the ledger before and after it is made; returns the digest that it pushed.</summary>
    public Task<string?> RecordAsync(string what, Func<Task<string?>> push) =>
        run.Ledger is null ? push() : run.Ledger.DoAsync(what, push, digest => new ChangeFacts { Digest = digest });

    /// <summary>The tags that are pushed and those that are not, for people.</summary>
    public string Describe()
    {
        string[] done = _pushed.ToArray();
        return $"pushed to {plan.Repository}: {List(done)}; not pushed: {List(plan.Tags.Select(tag => tag.Name).Except(done).ToArray())}";
    }

    private async Task<string> TagAsync(string version, Func<string, string, Task<bool>> isPushed, CancellationToken ct)
    {
        _pushed.Enqueue(plan.Tags[0].Name);
        using var registry = new RegistryClient(ImageReference.Parse(plan.References[0]), environment);
        RegistryManifest manifest = await registry.FindManifestAsync(version, ct)
            ?? throw Mismatch(version, await registry.FindDigestAsync(plan.Tags[0].Name, ct));
        await Task.WhenAll(plan.Tags.Skip(1).Select(async tag =>
        {
            if (!await isPushed(tag.Name, manifest.Digest)) await PushAsync(registry, tag.Name, manifest, ct);
            _pushed.Enqueue(tag.Name);
            run.Reporter.Verbose($"{plan.Repository}:{tag.Name} → {manifest.Digest}");
        }));
        return manifest.Digest;
    }

    private Task<string?> PushAsync(RegistryClient registry, string tag, RegistryManifest manifest, CancellationToken ct) =>
        RecordAsync($"tag {plan.Repository}:{tag}", async () =>
        {
            try
            {
                await registry.TagAsync(tag, manifest, ct);
            }
            catch (DeployException e)
            {
                // The registry may have stored what it answered with an error.
                if (await FindAsync(tag, ct) is not { } served || served.Digest != manifest.Digest) throw;
                run.Reporter.Warning($"{plan.Repository}:{tag} was pushed, although the registry reported an error. {e.Message}");
            }

            return manifest.Digest;
        });

    private async Task<string?> PushFirstAsync(string imageId, Func<CancellationToken, Task<string?>> push, CancellationToken ct)
    {
        try
        {
            return await push(ct);
        }
        catch (DeployException e) when (!ct.IsCancellationRequested)
        {
            RegistryManifest? served = await FindAsync(plan.Tags[0].Name, ct);
            // The id of an image is the digest of its configuration, or with containerd's store that of its manifest or index.
            if (served is null || (served.ConfigDigest != imageId && served.Digest != imageId)) throw;
            run.Reporter.Warning($"{plan.References[0]} was pushed, although the engine reported an error. {e.Message}");
            return served.Digest;
        }
    }

    private async Task<RegistryManifest?> FindAsync(string tag, CancellationToken ct)
    {
        using var registry = new RegistryClient(ImageReference.Parse(plan.References[0]), environment);
        try
        {
            return await registry.FindManifestAsync(tag, ct);
        }
        catch (DeployException)
        {
            return null; // the error of the push is reported
        }
    }

    private static string List(string[] tags) => tags.Length == 0 ? "nothing" : string.Join(", ", tags);

    private DeployException Mismatch(string sent, string? served) => new(
        DigestMismatch,
        FaultCategory.SecurityError,
        $"{sent} was pushed as {plan.References[0]}, but the registry serves {served ?? "nothing"} under this tag.",
        "Do not deploy it. Check whether the registry, or a proxy before it, converts images or loses what is pushed.")
    { Subject = plan.References[0] };
}
