using System.Text.Json;
using RsolvDeploy.Runs;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>An interrupted validation.</summary>
internal static class Resumed
{
    public static ResumedStep From(StagingFacts facts)
    {
        var planned = new PlannedStep(
            StepKind.Staging, JsonSerializer.SerializeToElement(new StagingOptions(), StagingJson.Default.StagingOptions));
        var step = new RunStep(planned)
        {
            Facts = JsonSerializer.SerializeToElement(facts, StagingJson.Default.StagingFacts),
        };
        return new ResumedStep(step, new ProbeResult(false, "the run of the workflow is followed"));
    }
}
