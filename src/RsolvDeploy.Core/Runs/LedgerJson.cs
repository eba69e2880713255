using System.Text.Json.Serialization;

namespace RsolvDeploy.Runs;

/// <summary>Reads and writes the entries of a ledger without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunOpened))]
[JsonSerializable(typeof(PipelinePlanned))]
[JsonSerializable(typeof(StepStarted))]
[JsonSerializable(typeof(ChangeIntent))]
[JsonSerializable(typeof(ChangeOutcome))]
[JsonSerializable(typeof(LockAcquired))]
[JsonSerializable(typeof(StepResumed))]
[JsonSerializable(typeof(TornLine))]
[JsonSerializable(typeof(PipelineEnded))]
[JsonSerializable(typeof(RecordedResult))]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(DecisionMade))]
[JsonSerializable(typeof(FreezeOverridden))]
[JsonSerializable(typeof(RunCompleted))]
internal sealed partial class LedgerJson : JsonSerializerContext;
