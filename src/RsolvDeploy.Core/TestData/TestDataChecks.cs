using System.Globalization;
using RsolvDeploy.Checks;

namespace RsolvDeploy.TestData;

/// <summary><c>testdata.*</c>: the platform accepts a record.</summary>
internal static class TestDataChecks
{
    private const int LongestShown = 300;

    public static CheckOutcome Judge(PlannedRecord planned, TestDataResponse response, TestDataPlan plan)
    {
        string attempts = response.Attempts > 1 ? $" after {response.Attempts} attempts" : "";
        string sent = $"POST {plan.Address} {planned.Record.Phase} of commit {plan.Commit}";
        if (response.StatusCode is not { } status)
        {
            return CheckOutcome.NotMet(
                $"{sent}: {response.Fault}{attempts}", "Check the url of the target, and that the platform can be reached from here.");
        }

        string redirect = response.Location is { } location ? $" to {location}" : "";
        string evidence = string.Create(
            CultureInfo.InvariantCulture,
            $"{sent}: {status}{redirect} in {response.Elapsed.TotalMilliseconds:0} ms{attempts}: {Shown(response.Body)}");
        return response.IsAccepted ? CheckOutcome.Met(evidence) : CheckOutcome.NotMet(evidence, RemedyOf(status));
    }

    private static string RemedyOf(int status) => status switch
    {
        401 or 403 => "Check that the Secret that testData.key names holds a valid key, and the name of the header.",
        404 or 405 => "Check testData.path of the target.",
        >= 300 and < 400 => "Set the url of the target to where the redirect leads; a redirect is not followed with the key.",
        400 or 409 or 413 or 415 or 422 => "Compare testData.validation and testData.mitigation with what the platform's API accepts.",
        429 => "Wait, then send the test data again.",
        _ => "Look at the log of the platform at the time of the request.",
    };

    private static string Shown(string body) =>
        body.Length == 0 ? "an empty body" : body.Length <= LongestShown ? body : $"{body[..LongestShown]}…";
}
