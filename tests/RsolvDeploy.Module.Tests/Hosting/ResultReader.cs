using System.Collections;
using System.Management.Automation;

namespace RsolvDeploy.Module.Tests.Hosting;

/// <summary>Reads properties of results; their types live in the module's own load context.</summary>
internal static class ResultReader
{
    public static object? Get(this PSObject item, string path)
    {
        object? value = item;
        foreach (var name in path.Split('.')) value = value is null ? null : PSObject.AsPSObject(value).Properties[name]?.Value;
        // A custom object is its properties; its base object has none.
        return value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
    }

    public static string Text(this PSObject item, string path) => item.Get(path)?.ToString() ?? "";

    public static IReadOnlyList<PSObject> Items(this PSObject item, string path) =>
        [.. Enumerate(item.Get(path)).Cast<object>().Select(PSObject.AsPSObject)];

    // PowerShell unrolls a list of one.
    private static IEnumerable Enumerate(object? value) => value switch
    {
        null or "" => Array.Empty<object>(),
        IEnumerable list and not string => list,
        _ => new[] { value },
    };

    /// <summary>Id and status of each check.</summary>
    public static IReadOnlyDictionary<string, string> Checks(this PSObject step) =>
        step.Items("Checks").ToDictionary(check => check.Text("Id"), check => check.Text("Status"));

    public static PSObject Of(this Outcome outcome, string type) => outcome.Output.Single(item => item.BaseObject.GetType().Name == type);
}
