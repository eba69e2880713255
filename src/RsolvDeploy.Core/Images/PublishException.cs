using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Images;

/// <summary>An error that ended a publish, with the result up to then.</summary>
/// <param name="error">The error.</param>
/// <param name="result">The failed result.</param>
internal sealed class PublishException(DeployException error, PublishedImage result) : StepException(error, result)
{
    /// <summary>The failed result; its checks show where the publish ended.</summary>
    public new PublishedImage Result => (PublishedImage)base.Result;
}
