using RsolvDeploy.Checks;

namespace RsolvDeploy.Core.Tests.Checks;

/// <summary>What a check that compares has to hold for programs.</summary>
internal static class ComparedValues
{
    private static readonly string[] Texts = ["context", "phase", "platform", "digest", "image", "environment", "state", "value"];

    // The engine on another machine does not show its free disk.
    private static readonly string[] MayBeUnknown = [CheckTable.EnvironmentBuilder.Id];

    /// <summary>
    /// Every check that was measured has the title of the table, and its expected and actual value with a unit where it compares.
    /// </summary>
    public static void AssertFilled(IEnumerable<Check> checks)
    {
        foreach (Check check in checks.Where(check => check.Status is CheckStatus.Passed or CheckStatus.Failed or CheckStatus.Warning))
        {
            CheckDefinition definition = CheckTable.Find(check.Id)
                ?? throw new InvalidOperationException($"{check.Id} is not in the table.");
            Assert.True(definition.IsTemplate || check.Title == definition.Title, check.Id);
            Assert.Equal((definition.Phase, definition.Severity), (check.Phase, check.Severity));
            if (definition.Unit is null)
            {
                Assert.True(
                    check is { Expected: null, Actual: null, Unit: null },
                    $"{check.Id} compares {check.Expected} and {check.Actual}, but the table has no unit");
            }
            else if (check.Actual is not null || !MayBeUnknown.Contains(check.Id))
            {
                AssertFilled(check);
            }
        }
    }

    private static void AssertFilled(Check check)
    {
        Assert.True(
            check.Expected is not null && check.Actual is not null && check.Unit is { Length: > 0 },
            $"{check.Id}: {check.Expected} / {check.Actual} / {check.Unit}");
        if (Texts.Contains(check.Unit))
        {
            Assert.True(check.Expected is string, check.Id);
        }
        else
        {
            Assert.True(
                check.Expected is long or double && check.Actual is long or double or "no response" or "never" or "unknown",
                $"{check.Id}: {check.Expected} / {check.Actual}");
        }

        if (check is { Status: CheckStatus.Passed, Expected: long or double } && check.Unit is "s" or "ms" or "bytes")
        {
            Assert.True(
                Convert.ToDouble(check.Actual, null) <= Convert.ToDouble(check.Expected, null),
                $"{check.Id}: {check.Actual} of {check.Expected}");
        }
    }
}
