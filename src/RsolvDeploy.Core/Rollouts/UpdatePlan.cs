using System.Text.Json.Nodes;

namespace RsolvDeploy.Rollouts;

/// <summary>An update that is still to be made.</summary>
/// <param name="Target">Where.</param>
/// <param name="Container">The container whose image is set.</param>
/// <param name="Image">The image to set.</param>
/// <param name="PreviousImage">The image that is there now.</param>
/// <param name="PreviousRevision">The revision that is there now; null when it has none yet.</param>
/// <param name="Seen">The Deployment as it was when this was planned.</param>
internal sealed record UpdatePlan(Target Target, string Container, string Image, string PreviousImage, long? PreviousRevision, JsonObject Seen)
{
    /// <summary>Whether the image is already the one that is wanted.</summary>
    public bool ChangesNothing => Image == PreviousImage;
}
