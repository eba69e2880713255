namespace RsolvDeploy.Checks;

/// <content>Tasks of people after the deployment.</content>
internal static partial class CheckTable
{
    public static readonly CheckDefinition Task =
        new("task.<name>", "Tasks", "A task after the deployment is done", CheckSeverity.Advisory, "11. After the deployment")
        {
            Step = StepKind.Completion,
        };

    private static CheckDefinition[] Tasks => [Task];
}
