using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The images that pods can pull, and how a container of each behaves. Faults change both.</summary>
internal sealed class PodImages(ImageStore images, FaultInjector faults)
{
    // The names under which each image, by the digest of its configuration, was pulled.
    private readonly Dictionary<string, SortedSet<string>> _names = new(StringComparer.Ordinal);

    /// <summary>The image behind a reference; null when the pull fails.</summary>
    public StoredImage? Pull(string reference) =>
        faults.Take(Fault.ImageNotFound)
        || Array.Exists([Fault.RegistryDown, Fault.RegistryDenies, Fault.RegistryRateLimit], faults.IsActive)
            ? null
            : images.FindPushed(reference);

    /// <summary>
    /// What a kubelet with containerd reports as the running image: of all names under which the content was pulled, the first one.
    /// </summary>
    public string Report(string reference, StoredImage image)
    {
        if (!_names.TryGetValue(image.ConfigDigest, out var names))
            _names[image.ConfigDigest] = names = new SortedSet<string>(StringComparer.Ordinal);
        names.Add($"{PodStatus.Repository(reference)}@{image.Digest}");
        return names.Min!;
    }

    /// <summary>Why a pull fails, in the words of containerd.</summary>
    public string PullError(string reference) => faults.IsActive(Fault.RegistryDown)
        ? $"failed to pull and unpack image \"{reference}\": failed to resolve reference \"{reference}\": failed to do request: "
            + "dial tcp: connect: connection refused"
        : faults.IsActive(Fault.RegistryDenies)
        ? $"failed to pull and unpack image \"{reference}\": failed to resolve reference \"{reference}\": failed to authorize: "
            + "failed to fetch anonymous token: unexpected status from GET request to the token server: 401 Unauthorized"
        : faults.IsActive(Fault.RegistryRateLimit)
        ? $"failed to pull and unpack image \"{reference}\": failed to copy: httpReadSeeker: failed open: unexpected status code: "
            + "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit."
        : $"rpc error: code = NotFound desc = failed to pull and unpack image \"{reference}\": failed to resolve reference "
            + $"\"{reference}\": {reference}: not found";

    /// <summary>The behavior of a new container: that of an active fault, otherwise that of the label of its image.</summary>
    public string Behavior(StoredImage image)
    {
        if (faults.Take(Fault.CrashLoop)) return "crashloop";
        if (faults.Take(Fault.OutOfMemory)) return "out-of-memory";
        if (faults.Take(Fault.ProbeFails)) return "probe-fails";
        return faults.Take(Fault.SlowStart) ? "slow-start" : image.Behavior;
    }
}
