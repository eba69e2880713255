using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Steps;

/// <summary>The interrupted step of a run that is being resumed: what it recorded when it started, and what became of it.</summary>
/// <param name="Recorded">The step as its ledger records it.</param>
/// <param name="Probe">What became of it.</param>
internal sealed record ResumedStep(RunStep Recorded, ProbeResult Probe)
{
    /// <summary>The facts that the step recorded, read as its own type; null when it recorded none.</summary>
    public T? Facts<T>(JsonTypeInfo<T> json)
        where T : class => Recorded.Facts?.Deserialize(json);
}
