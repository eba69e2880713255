namespace RsolvDeploy.Images.Identity;

/// <summary>Whether a container runs the image that was asked for.</summary>
/// <param name="IsSame">True and false when it is proven; null when it is not.</param>
/// <param name="Reason">What proves it, or why it cannot be proven.</param>
internal readonly record struct IdentityVerdict(bool? IsSame, string Reason)
{
    /// <summary>It is the same content.</summary>
    public static IdentityVerdict Same(string reason) => new(true, reason);

    /// <summary>It is another image.</summary>
    public static IdentityVerdict Different(string reason) => new(false, reason);

    /// <summary>It cannot be proven.</summary>
    public static IdentityVerdict Unknown(string reason) => new(null, reason);
}
