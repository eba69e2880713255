namespace RsolvDeploy;

/// <summary>The alert rules that must be loaded.</summary>
/// <param name="Groups">A glob that the names of the rule groups match, for example <c>rfc_060*</c>.</param>
/// <param name="Count">How many alerting rules these groups hold together.</param>
/// <param name="Quiet">Labels of the alerts that must not fire.</param>
public sealed record AlertSettings(string Groups, int Count, IReadOnlyDictionary<string, string> Quiet);
