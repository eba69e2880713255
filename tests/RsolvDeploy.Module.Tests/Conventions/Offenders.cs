namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>What breaks a convention, shown whole: a list in an assertion is cut short.</summary>
internal static class Offenders
{
    public static void AssertNone(IEnumerable<string> offenders)
    {
        var all = offenders.Distinct().ToList();
        Assert.True(all.Count == 0, $"{all.Count}:\n{string.Join('\n', all)}");
    }
}
