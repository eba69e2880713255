namespace RsolvDeploy.Images.Registry;

/// <summary>A version of a package, as GitHub lists it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Tags">Its tags.</param>
internal sealed record PackageVersion(long Id, IReadOnlyList<string> Tags);
