using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// What a pod's program does, where its commands would do it on a real node: the annotation <c>sandbox/script</c> of the pod, as
/// <c>crashes=2, back-off=1, log-lines=6000</c>.
/// </summary>
internal sealed record PodScript
{
    private const string Annotation = "sandbox/script";

    /// <summary>How often the container ends with exit code 1, each time shortly after it became ready.</summary>
    public int Crashes { get; init; }

    /// <summary>How many seconds its back-offs take, as those of newer kubelets; null for the sandbox's.</summary>
    public int? BackOff { get; init; }

    /// <summary>How many lines the program writes after its start.</summary>
    public int LogLines { get; init; }

    /// <summary>Whether it ignores the termination signal, so that it uses its whole grace period.</summary>
    public bool IgnoresTermination { get; init; }

    /// <summary>Whether the first sidecar ends again and again.</summary>
    public bool SidecarCrashes { get; init; }

    public static PodScript Read(JsonObject pod)
    {
        var script = new PodScript();
        foreach (var part in (pod.At("metadata", "annotations", Annotation).Text() ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            script = part.Split('=') switch
            {
                ["crashes", var count] => script with { Crashes = int.Parse(count, CultureInfo.InvariantCulture) },
                ["back-off", var count] => script with { BackOff = int.Parse(count, CultureInfo.InvariantCulture) },
                ["log-lines", var count] => script with { LogLines = int.Parse(count, CultureInfo.InvariantCulture) },
                ["ignores-termination"] => script with { IgnoresTermination = true },
                ["sidecar-crashes"] => script with { SidecarCrashes = true },
                _ => script,
            };
        }

        return script;
    }
}
