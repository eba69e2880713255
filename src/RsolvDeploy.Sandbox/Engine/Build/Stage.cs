namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>A stage of a Dockerfile: its base and its instructions.</summary>
internal sealed record Stage(int Index, string? Name, string Base, IReadOnlyList<Instruction> Instructions)
{
    public bool HasName(string name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase)
            || name == Index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
