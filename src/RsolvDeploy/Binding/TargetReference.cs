using System.Management.Automation;

namespace RsolvDeploy;

/// <summary>
/// Which environment a command acts on: a target's name, a <see cref="RsolvDeploy.Target"/>, or the result of an earlier step.
/// PowerShell makes it from any of them, so a parameter of this type takes all of them, also from the pipeline.
/// </summary>
public sealed class TargetReference
{
    /// <summary>Makes a reference from a name, a target, the result of a step, or an object with a property <c>Target</c> that is one of these.</summary>
    /// <param name="value">The value to refer by.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public TargetReference(object value)
    {
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case string name when !string.IsNullOrWhiteSpace(name):
                Name = name;
                break;
            case Target target:
                (Name, Target) = (target.Name, target);
                break;
            case IStepResult step:
                (Name, Target, Step) = (step.Target.Name, step.Target, step);
                break;
            default:
                var inner = PSObject.AsPSObject(value).Properties["Target"]?.Value
                    ?? throw new ArgumentException("A target is a name, an object from Get-RsolvTarget, or the result of an earlier step.", nameof(value));
                var reference = new TargetReference(inner);
                (Name, Target) = (reference.Name, reference.Target);
                break;
        }
    }

    /// <summary>The target's name.</summary>
    public string Name { get; }

    /// <summary>The target; null when only its name is known.</summary>
    public Target? Target { get; }

    /// <summary>The earlier step whose result came down the pipeline; null for none.</summary>
    public IStepResult? Step { get; }

    /// <summary>The target's name.</summary>
    public override string ToString() => Name;
}
