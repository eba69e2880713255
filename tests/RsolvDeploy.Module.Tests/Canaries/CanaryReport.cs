namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>What a case printed.</summary>
/// <param name="Name">The command, with <c>-WhatIf</c> when it only planned.</param>
/// <param name="Results">The number of its results.</param>
/// <param name="Errors">The number of its errors.</param>
/// <param name="Bad">The number of results that are failures.</param>
/// <param name="Text">All that it printed.</param>
internal sealed record CanaryReport(string Name, int Results, int Errors, int Bad, string Text);
