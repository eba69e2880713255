namespace RsolvDeploy.Configuration.Schema;

/// <summary>A key of a mapping.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it may hold.</param>
/// <param name="Description">What it is for, as a sentence for the editor and for the table of keys.</param>
internal sealed record KeySchema(string Name, ValueSchema Value, string Description)
{
    /// <summary>Whether it has to be there, itself or inherited.</summary>
    public bool Required { get; init; }

    /// <summary>What holds without it, as it would be written; null when nothing does.</summary>
    public string? Default { get; init; }
}
