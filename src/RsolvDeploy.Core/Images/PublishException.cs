using RsolvDeploy.Errors;

namespace RsolvDeploy.Images;

/// <summary>A fault that ended a publish, with what had been done and shown until then, so that it still flows down the pipeline.</summary>
internal sealed class PublishException(DeployException fault, PublishedImage result)
    : DeployException(fault.Id, fault.Category, fault.Message, fault.Remedy, fault.InnerException)
{
    /// <summary>The failed result: its checks say how far it came.</summary>
    public PublishedImage Result { get; } = result;
}
