namespace RsolvDeploy;

/// <summary>A step of a database's schema.</summary>
/// <param name="Version">Its version, usually its timestamp as <c>yyyyMMddHHmmss</c>.</param>
/// <param name="Name">Its name.</param>
public sealed record SchemaMigration(long Version, string Name)
{
    /// <summary>Version and name.</summary>
    public override string ToString() => $"{Version} {Name}";
}
