using System.Management.Automation;

namespace RsolvDeploy.Binding;

/// <summary>Converts a deserialized object of the model to the type of the parameter.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DeserializedAttribute : ArgumentTransformationAttribute
{
    /// <summary>Creates the attribute.</summary>
    /// <param name="type">The type of the parameter.</param>
    public DeserializedAttribute(Type type) => Type = type;

    /// <summary>The type of the parameter.</summary>
    public Type Type { get; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is not PSObject { BaseObject: PSCustomObject } bag) return inputData;
        try
        {
            return PropertyBag.Read(bag, Type, Type.Name);
        }
        catch (Exception e) when (e is ArgumentException or PSInvalidCastException)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
