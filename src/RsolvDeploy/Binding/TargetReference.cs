using System.Collections;
using System.Management.Automation;
using RsolvDeploy.Binding;

namespace RsolvDeploy;

/// <summary>
/// The target that a command acts on: a target name, a <see cref="RsolvDeploy.Target"/>, a recorded run, or the result of a previous
/// step, live or deserialized. PowerShell converts each of them to this type, also from the pipeline.
/// </summary>
public sealed class TargetReference
{
    private const int DeepestNesting = 8;

    /// <summary>
    /// Creates a reference from a name, a target, a run, a result, or an object that has one of these as its property <c>Target</c>, or
    /// a name as its property <c>TargetName</c>.
    /// </summary>
    /// <param name="value">The value to convert.</param>
    /// <exception cref="ArgumentException">The value is none of them.</exception>
    public TargetReference(object value)
        : this(value, DeepestNesting)
    {
    }

    private TargetReference(object value, int nesting)
    {
        var plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        switch (plain is PSCustomObject or IDictionary ? TryReadResult(PSObject.AsPSObject(value)) ?? plain : plain)
        {
            case ArgumentException problem:
                (Name, Problem) = ("", problem.Message);
                break;
            case string json when json.TrimStart().StartsWith('{'):
                (Name, Problem) = ("", "The input is JSON text, not an object. Read it with ConvertFrom-Json first.");
                break;
            case string name when !string.IsNullOrWhiteSpace(name):
                Name = name;
                break;
            case Target target:
                (Name, Target, ConfigurationPath) = (target.Name, target, target.ConfigurationPath);
                break;
            case TargetIdentity identity:
                (Name, Target, ConfigurationPath) = (identity.Name, identity.Settings, identity.ConfigurationPath);
                break;
            case Release { Target: { } of } release:
                (Name, Target, ConfigurationPath) = (of.Name, of.Settings, of.ConfigurationPath);
                Release = release;
                break;
            case IStepResult step:
                (Name, Target, ConfigurationPath) = (step.Target.Name, step.Target.Settings, step.Target.ConfigurationPath);
                Step = step;
                break;
            case RunRecord { TargetName.Length: > 0 } run:
                (Name, RunId, ConfigurationPath) = (run.TargetName, run.RunId, run.ConfigurationPath);
                break;
            case RunProof { TargetName.Length: > 0 } proof:
                (Name, RunId, ConfigurationPath) = (proof.TargetName, proof.RunId, proof.ConfigurationPath);
                break;
            case Approval { Target: { } of } approval:
                (Name, Target, ConfigurationPath) = (of.Name, of.Settings, of.ConfigurationPath);
                RunId = approval.RunId;
                break;
            default:
                var inner = Inner(value, nesting);
                (Name, Target, ConfigurationPath) = (inner.Name, inner.Target, inner.ConfigurationPath);
                break;
        }
    }

    private TargetReference(string name, string? configurationPath) => (Name, ConfigurationPath) = (name, configurationPath);

    /// <summary>The name of the target.</summary>
    public string Name { get; }

    /// <summary>The target; null when only its name is known.</summary>
    public Target? Target { get; }

    /// <summary>The configuration file of the target; null when only its name is known.</summary>
    public string? ConfigurationPath { get; }

    /// <summary>The result of the previous step, from the pipeline; null for none.</summary>
    public IStepResult? Step { get; }

    /// <summary>The release from <c>Get-RsolvHistory</c> that an update or a rollback leads to; null for none.</summary>
    public Release? Release { get; }

    /// <summary>The recorded run that a step joins, from <c>Get-RsolvRun</c>, <c>Test-RsolvRun</c> or <c>Approve-RsolvCheck</c>; null
    /// for none.</summary>
    public string? RunId { get; }

    /// <summary>Why the result of the previous step cannot be read; null when it can.</summary>
    internal string? Problem { get; }

    /// <summary>The name of the target.</summary>
    public override string ToString() => Name;

    // A result that cannot be read must not bind by its property Target instead, where nothing gates the step.
    private static object? TryReadResult(PSObject value)
    {
        try
        {
            return SerializedResult.Read(value);
        }
        catch (ArgumentException e)
        {
            return e;
        }
        catch (PSInvalidCastException e)
        {
            return new ArgumentException(e.Message, e);
        }
    }

    private static TargetReference Inner(object value, int nesting)
    {
        string? Text(string name) =>
            value is not null && PropertyBag.Member(value, name)?.ToString() is { Length: > 0 } text ? text : null;
        // A deserialized target has its own name; other objects name theirs.
        if (Text("Deployment") is not null && Text("Namespace") is not null && Text("Name") is { } own)
            return new TargetReference(own, Text("ConfigurationPath"));
        // An object may refer to itself.
        if (nesting > 0 && value is not null && PropertyBag.Member(value, "Target") is { } target)
            return new TargetReference(target, nesting - 1);
        return Text("TargetName") is { } named
            ? new TargetReference(named, Text("ConfigurationPath"))
            : throw new ArgumentException(
                "A target is a name, an object from Get-RsolvTarget, or the result of a previous step.", nameof(value));
    }
}
