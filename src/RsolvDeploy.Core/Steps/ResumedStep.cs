using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Steps;

/// <summary>The interrupted step of a resumed run: its record and its outcome.</summary>
/// <param name="Recorded">The step as its ledger records it.</param>
/// <param name="Probe">Its outcome.</param>
internal sealed record ResumedStep(RunStep Recorded, ProbeResult Probe)
{
    /// <summary>The facts that the step recorded; null when it recorded none.</summary>
    public T? Facts<T>(JsonTypeInfo<T> json)
        where T : class => Recorded.Facts?.Deserialize(json);
}
