using System.Text.Json.Nodes;

namespace RsolvDeploy.Rollbacks;

/// <summary>The release that a rollback restores.</summary>
/// <param name="Template">Its pod template.</param>
/// <param name="To">Its image and revision, or the backup, for people.</param>
/// <param name="Choice">The reason for choosing it; empty when the operator specified it.</param>
internal sealed record FoundRelease(JsonObject Template, string To, string Choice);
