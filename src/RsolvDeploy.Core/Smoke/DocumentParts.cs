using System.Text.Json;
using RsolvDeploy.Checks;
using RsolvDeploy.Health;

namespace RsolvDeploy.Smoke;

/// <summary>
/// <c>smoke.database</c> and <c>smoke.services</c>: what the health document reports of the parts behind the platform, by configured
/// rules or by the usual shapes of such documents.
/// </summary>
internal static class DocumentParts
{
    public static CheckOutcome JudgeDatabase(Target target, (ProbeResponse Response, byte[]? Body) read)
    {
        // The trigger of a rollback names the same value.
        IReadOnlyList<DocumentRule> rules = target.Smoke.Database.Count > 0 ? target.Smoke.Database
            : target.Triggers.Database is { } trigger ? [new DocumentRule("database", trigger.Json) { Is = trigger.Not }]
            : [];
        return Judge(read, rules, part => part.IsDatabase, "database", CheckTable.SmokeDatabase.Id);
    }

    public static CheckOutcome JudgeServices(Target target, (ProbeResponse Response, byte[]? Body) read) =>
        Judge(read, target.Smoke.Services, _ => true, "service", CheckTable.SmokeServices.Id);

    private static CheckOutcome Judge(
        (ProbeResponse Response, byte[]? Body) read,
        IReadOnlyList<DocumentRule> rules,
        Func<DocumentPart, bool> counts,
        string what,
        string key)
    {
        var remedy = $"Look at the {what} and at the way to it from the pods; correct {key} where the document has another shape.";
        if (read.Body is null)
            return CheckOutcome.NotMet($"The health document cannot be read: {read.Response}", remedy).Compared(1, 0);
        try
        {
            using var document = JsonDocument.Parse(read.Body);
            return rules.Count > 0
                ? JudgeRules(rules, document.RootElement, remedy)
                : JudgeParts([.. DocumentPart.Find(document.RootElement).Where(counts)], what, key, remedy);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return CheckOutcome.NotMet($"The health document is not JSON that can be read: {read.Response}", remedy).Compared(1, 0);
        }
    }

    private static CheckOutcome JudgeRules(IReadOnlyList<DocumentRule> rules, JsonElement document, string remedy)
    {
        var unmet = DocumentRules.FindUnmet(rules, document);
        return CheckOutcome.MetIf(
            unmet.Count == 0,
            unmet.Count == 0
                ? string.Join("; ", rules.Select(rule => $"{rule.Id} is {DocumentRules.Evaluate(rule, document).Found}"))
                : string.Join("; ", unmet),
            remedy).Compared(rules.Count, rules.Count - unmet.Count);
    }

    private static CheckOutcome JudgeParts(IReadOnlyList<DocumentPart> parts, string what, string key, string remedy)
    {
        if (parts.Count == 0) return CheckOutcome.Skipped($"the health document names no {what}; {key} configures where to look");
        var bad = parts.Where(part => !part.IsHealthy).ToList();
        return CheckOutcome.MetIf(
            bad.Count == 0, string.Join("; ", (bad.Count == 0 ? parts : bad).Select(part => $"{part.Name} is {part.State}")), remedy)
            .Compared(parts.Count, parts.Count - bad.Count);
    }
}
