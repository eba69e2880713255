namespace RsolvDeploy.Images.Planning;

/// <summary>The role of a tag.</summary>
internal enum ImageTagRole
{
    /// <summary>It has the timestamp, so it never moves.</summary>
    Timestamp,

    /// <summary>It names the phase of the project.</summary>
    Phase,

    /// <summary>It moves to every release.</summary>
    Latest,
}
