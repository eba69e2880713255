using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The images that pods can pull, and how a container of each behaves. Faults change both.</summary>
internal sealed class PodImages(ImageStore images, FaultInjector faults)
{
    /// <summary>The image behind a reference; null when the pull fails.</summary>
    public StoredImage? Pull(string reference) =>
        faults.Take(Fault.ImageNotFound)
        || Array.Exists([Fault.RegistryDown, Fault.RegistryDenies, Fault.RegistryRateLimit], faults.IsActive)
            ? null
            : images.FindPushed(reference);

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
