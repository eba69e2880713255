namespace RsolvDeploy.Help;

/// <summary>One example of a cmdlet.</summary>
/// <param name="Code">What to type.</param>
/// <param name="Remarks">What it does.</param>
internal sealed record Example(string Code, string Remarks);
