namespace RsolvDeploy;

/// <summary>A field that differs between a backup and what it is compared with.</summary>
/// <param name="Path">The field, for example <c>spec.template.spec.containers[0].image</c>.</param>
/// <param name="Backup">The backup's value, as JSON; null when the field is not there. Of a secret only its length is shown.</param>
/// <param name="Live">The other side's value; null when the field is not there.</param>
public sealed record FieldDifference(string Path, string? Backup, string? Live)
{
    /// <summary>As lines of a diff from the live side to the backup: the changes of a restore.</summary>
    public override string ToString() => string.Join(
        '\n', new[] { Live is null ? null : $"- {Path}: {Live}", Backup is null ? null : $"+ {Path}: {Backup}" }.OfType<string>());
}
