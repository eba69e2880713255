using System.Management.Automation;

namespace RsolvDeploy.Binding;

/// <summary>Allows times from one second to one day.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateTimeoutAttribute : ValidateArgumentsAttribute
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan time && (time < Least || time > Most))
        {
            throw new ValidationMetadataException($"{time} is not between one second and one day. Write it as hours:minutes:seconds, for example 0:05:00.");
        }
    }
}
