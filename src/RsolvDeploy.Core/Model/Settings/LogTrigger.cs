namespace RsolvDeploy;

/// <summary>Log lines that show a failure.</summary>
/// <param name="Match">A .NET regular expression that such a line matches.</param>
/// <param name="Times">How many such lines, of all pods together, fire.</param>
/// <param name="Within">In which time they have to come.</param>
public sealed record LogTrigger(string Match, int Times, TimeSpan Within);
