using System.Text.Json;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Json.Paths;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Triggers;

/// <summary>
/// <c>trigger.database</c>: a value of the health document that differs from the required one, whatever the status of the response.
/// </summary>
/// <param name="context">The step's context.</param>
/// <param name="address">The address of the health document.</param>
/// <param name="trigger">The path of the value, and what it has to be.</param>
/// <param name="every">How often it is read.</param>
internal sealed class DocumentTrigger(StepContext context, Uri address, DatabaseTrigger trigger, TimeSpan every)
{
    private const int LargestDocument = 1024 * 1024;
    private const int MembersShown = 10;
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private readonly JsonPath _path = JsonPath.Parse(trigger.Json);
    private bool _warned;
    private bool _isRead;

    public async Task WatchAsync(Func<CheckOutcome, Task> report, CancellationToken ct)
    {
        using var http = PlatformAccess.Open(context.Services, context.Target);
        http.MaxResponseContentBufferSize = LargestDocument;
        var reported = false;
        using var timer = new PeriodicTimer(every, context.Clock);
        do
        {
            // No document is no value: that the endpoint does not respond is another trigger's.
            var value = await ReadAsync(http, ct);
            var differs = value is not null && value != trigger.Not;
            if (differs && !reported)
            {
                await report(CheckOutcome.NotMet($"{trigger.Json} of {address} is '{value}', not '{trigger.Not}'", TriggerWatcher.Remedy)
                    .Compared(trigger.Not, value));
            }

            reported = differs;
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    private async Task<string?> ReadAsync(HttpClient http, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, context.Clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            using var response = await http.GetAsync(address, limit.Token);
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token));
            var value = Find(document.RootElement, _path, trigger.Not);
            // A path that finds nothing never fires, so that it has to be said before the trigger is relied on.
            if (value is null && !_isRead) context.Reporter.Warning(NothingAt(document.RootElement));
            _isRead = true;
            return value;
        }
        catch (InvalidOperationException)
        {
            if (!_warned)
            {
                context.Reporter.Warning(
                    $"{trigger.Json} of {address} cannot be read: the document holds text that is not Unicode (half of a surrogate pair).");
            }

            _warned = true;
            return null;
        }
        catch (JsonException)
        {
            if (!_isRead)
                context.Reporter.Warning($"{address} responds with no JSON, so that trigger.database cannot fire by {trigger.Json} of it.");
            _isRead = true;
            return null;
        }
        catch (DeployException error)
        {
            if (!_warned) context.Reporter.Warning($"{address} is not watched for now: {error.Message} {error.Remedy}");
            _warned = true;
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Of several values one that differs, so that a part that is broken is not hidden behind another one.</summary>
    public static string? Find(JsonElement document, JsonPath path, string required)
    {
        var values = path.Select(document).Select(JsonPath.TextOf).OfType<string>().ToList();
        return values.Find(value => value != required) ?? values.FirstOrDefault();
    }

    private string NothingAt(JsonElement root)
    {
        var members = root.ValueKind == JsonValueKind.Object
            ? string.Join(", ", root.EnumerateObject().Select(one => one.Name).Take(MembersShown))
            : $"{root.ValueKind}";
        return $"triggers.database.json {trigger.Json} finds no text, number or boolean in {address}, so that trigger.database cannot fire "
            + $"by it. The document has: {(members.Length == 0 ? "nothing" : members)}.";
    }
}
