using System.Management.Automation;

namespace RsolvDeploy;

/// <summary>
/// The target that a command acts on: a target name, a <see cref="RsolvDeploy.Target"/>, or the result of a previous step.
/// PowerShell converts each of them to this type, also from the pipeline.
/// </summary>
public sealed class TargetReference
{
    private const int DeepestNesting = 8;

    /// <summary>
    /// Creates a reference from a name, a target, a result, or an object that has one of these as its property <c>Target</c>.
    /// </summary>
    /// <param name="value">The value to convert.</param>
    /// <exception cref="ArgumentException">The value is none of them.</exception>
    public TargetReference(object value)
        : this(value, DeepestNesting)
    {
    }

    private TargetReference(object value, int nesting)
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
                // An object may refer to itself.
                var inner = (nesting > 0 ? PSObject.AsPSObject(value).Properties["Target"]?.Value : null)
                    ?? throw new ArgumentException(
                        "A target is a name, an object from Get-RsolvTarget, or the result of a previous step.", nameof(value));
                var reference = new TargetReference(inner, nesting - 1);
                (Name, Target) = (reference.Name, reference.Target);
                break;
        }
    }

    /// <summary>The name of the target.</summary>
    public string Name { get; }

    /// <summary>The target; null when only its name is known.</summary>
    public Target? Target { get; }

    /// <summary>The result of the previous step, from the pipeline; null for none.</summary>
    public IStepResult? Step { get; }

    /// <summary>The name of the target.</summary>
    public override string ToString() => Name;
}
