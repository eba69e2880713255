using System.Globalization;
using System.Net;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>Reads the log of a job line by line; it is never held whole.</summary>
internal sealed class JobLog(GitHubConnection github)
{
    private const int LongestLine = 16 * 1024;
    private const long LongestLog = 512L * 1024 * 1024;
    private const int StampLength = 28;
    private const int MostRedirects = 3;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>The lines, each with its time where it has one.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>GitHubLogMoved</c>, or an error of the API.</exception>
    public async IAsyncEnumerable<LogLine> ReadAsync(
        long job, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Longest, github.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        using var response = await OpenAsync(job, both.Token);
        await using var body = await response.Content.ReadAsStreamAsync(both.Token);
        using var reader = new StreamReader(new BoundedStream(body, LongestLog), Encoding.UTF8);
        var lines = new BoundedLines(reader, LongestLine) { CutsLongLines = true };
        while (await NextAsync(lines, both.Token, ct) is { } line) yield return Parse(line);
    }

    private static async Task<string?> NextAsync(BoundedLines lines, CancellationToken limit, CancellationToken ct)
    {
        try
        {
            return await lines.NextAsync(limit);
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new DeployException(
                "GitHubUnreachable", FaultCategory.ConnectionError,
                $"The log of a job on GitHub ended before its end: {(e is OperationCanceledException ? "it took too long" : e.Message)}.",
                "Look at the log on the page of the run.", e);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(long job, CancellationToken ct)
    {
        var address = new Uri(github.Host.Api, string.Create(CultureInfo.InvariantCulture,
            $"repos/{github.Owner}/{github.Name}/actions/jobs/{job}/logs"));
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Options.Set(GitHubHandler.Streams, true);
            // The log is in a storage whose address is the proof; it must not get the token.
            if (address.Authority == github.Host.Api.Authority && redirects == 0) request.Headers.Authorization = github.Authorization;
            var response = await github.Plain.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.StatusCode is < HttpStatusCode.MultipleChoices) return response;
            var next = response.Headers.Location;
            response.Dispose();
            if (next is null) break;
            address = new Uri(address, next);
        }

        throw new DeployException(
            "GitHubLogMoved",
            FaultCategory.ProtocolError,
            $"GitHub redirects the log of job {job.ToString(CultureInfo.InvariantCulture)} without an end.",
            "Look at the log on the page of the run.");
    }

    // 2026-11-28T13:40:50.1234567Z text
    private static LogLine Parse(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var stamp = line.AsSpan(0, space < 0 ? 0 : space).TrimStart('\ufeff');
        return stamp.Length is > 18 and <= StampLength && stamp[^1] == 'Z'
            && DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? new LogLine(at, line[(space + 1)..])
                : new LogLine(null, line);
    }
}

/// <summary>A line of a log.</summary>
/// <param name="At">When it was written, UTC; null when the line does not show it.</param>
/// <param name="Text">The line.</param>
internal readonly record struct LogLine(DateTimeOffset? At, string Text);
