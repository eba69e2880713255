namespace RsolvDeploy;

/// <summary>A key of a Secret in the target's namespace.</summary>
/// <param name="Secret">The Secret's name.</param>
/// <param name="Key">The key in it.</param>
public sealed record SecretKeyReference(string Secret, string Key);
