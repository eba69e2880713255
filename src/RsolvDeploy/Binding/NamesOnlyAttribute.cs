using System.Collections;
using System.Management.Automation;

namespace RsolvDeploy.Binding;

/// <summary>Binds texts alone, so that an object from the pipeline binds by its properties and not by its text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NamesOnlyAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (plain is null or string or IEnumerable || plain is ValueType) return inputData;
        // The inner exception lets PowerShell try the next way to bind.
        var cause = new PSInvalidCastException($"{plain.GetType().Name} is not a name.");
        throw new ArgumentTransformationMetadataException(cause.Message, cause);
    }
}
