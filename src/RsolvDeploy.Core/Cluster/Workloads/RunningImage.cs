using k8s.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>A container with the image that it has to run, and what its kubelet reports.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Container">The container or init container.</param>
/// <param name="Expected">The image of the pod template.</param>
/// <param name="ImageId">What the kubelet reports as running (<c>imageID</c>); empty when it reports nothing.</param>
internal sealed record RunningImage(string Pod, string Container, string Expected, string ImageId)
{
    /// <summary>The containers of pods, each with its image. What is reported holds up no rollout: it may be another name.</summary>
    public static IReadOnlyList<RunningImage> Create(IEnumerable<V1Pod> pods, IEnumerable<(string Container, string Image)> images) =>
        [.. pods.SelectMany(pod => images.Select(one => From(pod, one.Container, one.Image)))];

    /// <summary>What a container or init container runs.</summary>
    public static RunningImage From(V1Pod pod, string container, string expected)
    {
        var status = PodReader.Statuses(pod).Concat(PodReader.InitStatuses(pod)).FirstOrDefault(status => status.Name == container);
        return new RunningImage(pod.Name() ?? "", container, expected, status?.ImageID ?? "")
        {
            Name = status?.Image,
            Node = pod.Spec?.NodeName,
        };
    }

    /// <summary>The name of the image that the runtime created the container from (<c>image</c>); null when it is not reported.</summary>
    public string? Name { get; init; }

    /// <summary>The node; null when it is not known.</summary>
    public string? Node { get; init; }

    /// <summary>Whether the digests alone prove it. CRI-O reports the asked digest in the name, and its own image ID.</summary>
    public bool IsProven => ImageIdentity.Matches(ImageId, Expected)
        || (ImageId.Length > 0 && ImageIdentity.DigestOf(Expected) is { } digest && ImageIdentity.DigestOf(Name) == digest);
}
