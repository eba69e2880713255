using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The tasks of people after a deployment.</summary>
internal static class TaskSchema
{
    /// <summary>The settings.</summary>
    public static readonly ObjectListSchema Tasks = new(
        new ObjectSchema(
            Key("name", For(F.KubernetesLabel), "The last part of the check's id, task.<name>.") with { Required = true },
            Key("title", Text, "What is to be done.") with { Required = true },
            Key("owner", Text, "Who does it, by name or role."),
            Key("due", new DurationSchema(Second, TimeSpan.FromDays(365)), "How long after the deployment it is due.") with
            {
                Default = "1d",
            })
        { Atomic = true },
        "name");

    /// <summary>Reads them.</summary>
    public static IReadOnlyList<TaskSettings> Read(Settings settings) =>
    [
        .. settings.Items("tasks").Select(task =>
            new TaskSettings(task.NeededText("name"), task.NeededText("title"), task.Value<TimeSpan>("due") ?? Day)
            {
                Owner = task.TextOr("owner", ""),
            }),
    ];
}
