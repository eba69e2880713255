using RsolvDeploy.Configuration.Diagnostics;

namespace RsolvDeploy.Configuration.Schema;

/// <summary>Where a value is read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Key">The key it stands under; for the items of a list, the list's.</param>
/// <param name="Folder">The configuration file's folder.</param>
/// <param name="Home">The user's folder.</param>
/// <param name="Whole">Whether everything inherited is merged in, so that what is missing now is missing.</param>
/// <param name="Problems">Where errors are collected.</param>
internal sealed record ReadContext(string Path, string Key, string Folder, string Home, bool Whole, Problems Problems)
{
    public ReadContext At(string key) => this with { Path = KeyPath.Join(Path, key), Key = key };

    public ReadContext At(int index) => this with { Path = $"{Path}[{index}]" };
}
