using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Explains to an operator why a request failed. Never repeats the body of a request.</summary>
internal sealed class ApiFaults(ClusterConnection connection)
{
    private const int LongestQuote = 300;
    private const int LongestBody = 1024 * 1024;

    /// <summary>An answer that is not a success.</summary>
    public async Task<ApiException> ReadAsync(ApiCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(await BoundedStream.ReadStartAsync(response.Content, LongestBody, cancellationToken));
        var status = ParseStatus(text);
        var after = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            // By the same clock that wrote it; without that there is nothing to count from.
            { Date: { } date } when response.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
            _ => (TimeSpan?)null,
        };
        return From(call, (int)response.StatusCode, status, status is null ? text : "", after);
    }

    /// <summary>A <c>Status</c> object, from an answer or out of a watch.</summary>
    public ApiException From(ApiCall call, int code, JsonObject? status, string text, TimeSpan? retryAfter)
    {
        var reason = status.At("reason").Text();
        var missing = status.At("details", "kind").Text();
        var missingNamespace = code == 404 && missing == "namespaces" && call.Kind != ResourceKind.Namespaces;
        var (id, category, remedy) = (code, reason) switch
        {
            (401, _) => ("ClusterUnauthorized", FaultCategory.AuthenticationError,
                $"Log in again for context '{connection.ContextName}', or renew its token or certificate."),
            (403, _) when IsOfPolicy(call, status) => ("AdmissionRefused", FaultCategory.PermissionDenied,
                "A policy of the cluster refuses it, whoever asks: change what it names, or have the policy changed."),
            (403, _) => ("Forbidden", FaultCategory.PermissionDenied,
                $"Grant the verb '{call.Verb}' on '{call.Resource}'{InNamespace(call)} to this user, or use another context "
                    + $"than '{connection.ContextName}'. Test-RsolvEnvironment lists all rules that are missing."),
            (404, _) when missingNamespace => ("NamespaceNotFound", FaultCategory.ObjectNotFound,
                $"Check the target's namespace, and that context '{connection.ContextName}' is the right cluster."),
            (404, _) when status is null || missing is null => ("ClusterError", FaultCategory.ProtocolError,
                $"Check that {connection.ServerName} is a Kubernetes API server that serves {call.Kind?.ApiVersion ?? "this address"}."),
            (404, _) => ("NotFound", FaultCategory.ObjectNotFound,
                $"Check the name{InNamespace(call)}, and that context '{connection.ContextName}' is the right cluster."),
            (409, "AlreadyExists") =>
                ("AlreadyExists", FaultCategory.ResourceExists, "Use another name, or change the object that is there."),
            (409, _) =>
                ("Conflict", FaultCategory.ResourceBusy, "Somebody else changed the object at the same time. Read it anew and try again."),
            (400 or 413 or 415 or 422, _) => ("Invalid", FaultCategory.InvalidData, "Correct what the server names."),
            (429, _) => ("ClusterBusy", FaultCategory.ResourceBusy, "Try again later; the server takes no more requests for now."),
            _ => ("ClusterError", FaultCategory.ResourceUnavailable, "Look at the health of the API server, then try again."),
        };
        return new ApiException(id, category, Message(call, code, id, status, text), remedy)
        {
            Subject = Subject(call),
            StatusCode = code,
            Status = status,
            RetryAfter = retryAfter ?? Seconds(status.At("details", "retryAfterSeconds").Number()),
            Transient = code is 429 or >= 500,
        };
    }

    /// <summary>An object was not found because its whole namespace is missing.</summary>
    public ApiException NamespaceMissing(ApiCall call, ApiException notFound) =>
        new("NamespaceNotFound", FaultCategory.ObjectNotFound,
            $"Could not {call} at {connection.ServerName} (context '{connection.ContextName}'): the namespace does not exist.",
            $"Check the target's namespace, and that context '{connection.ContextName}' is the right cluster.", notFound)
        {
            Subject = call.Namespace,
            StatusCode = notFound.StatusCode,
            Status = notFound.Status,
        };

    /// <summary>No answer, or one that broke off.</summary>
    public DeployException Broken(ApiCall call, Exception e)
    {
        // A fault of the credential plugin is what it is, wherever it surfaced.
        if ((e as DeployException ?? e.InnerException as DeployException) is { } deploy) return deploy;

        if (FindAuthentication(e) is { } tls)
        {
            return new ApiException("ClusterCertificateInvalid", FaultCategory.SecurityError,
                $"The connection to {connection.ServerName} (context '{connection.ContextName}') is not trusted, "
                    + $"so nothing was sent. {tls.Message}",
                connection.Authorities is null
                    ? "Check the server's address and certificate, or name its authority in the kubeconfig (certificate-authority)."
                    : "Check that the kubeconfig's server and certificate-authority belong together and that the server's certificate is "
                        + "in date and names this host (else: tls-server-name).",
                e)
            { Subject = connection.ServerName };
        }

        var proxy = connection.ProxyName is null ? "" : $" through the proxy {connection.ProxyName}";
        return new ApiException("ClusterUnreachable", FaultCategory.ConnectionError,
            $"Could not {call} at {connection.ServerName} (context '{connection.ContextName}'){proxy}: {Innermost(e)}",
            "Check that the API server is up and that this machine reaches it (network, VPN, proxy), "
                + "and that the context is the right one.",
            e)
        {
            Subject = connection.ServerName,
            Transient = e is not HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError },
        };
    }

    /// <summary>An answer that is longer than is read.</summary>
    public ApiException TooLong(ApiCall call, InputTooLongException e) =>
        new("ResponseTooLong", FaultCategory.LimitsExceeded,
            $"Could not {call} at {connection.ServerName} (context '{connection.ContextName}'): {e.Message}.",
            $"Check that {connection.ServerName} is a Kubernetes API server, and what is between it and this machine.", e)
        { Subject = Subject(call) };

    /// <summary>A kubelet that answers its own error instead of a container's log.</summary>
    /// <param name="call">The request.</param>
    /// <param name="text">The error.</param>
    public ApiException NoLog(ApiCall call, string text) =>
        new("LogUnavailable", FaultCategory.ResourceUnavailable,
            $"Could not {call} at {connection.ServerName} (context '{connection.ContextName}'): the node cannot read it. It answered: "
                + $"{(text.Length > LongestQuote ? text[..LongestQuote] + "…" : text)}",
            "Read the log where logs are collected; the node has removed it, or look at the kubelet of that node.")
        { Subject = Subject(call) };

    /// <summary>A list that begins again instead of going on.</summary>
    public ApiException Endless(ApiCall call) =>
        new("ClusterError", FaultCategory.ProtocolError,
            $"Could not {call} at {connection.ServerName} (context '{connection.ContextName}'): the server repeats a part of the list.",
            $"Check that {connection.ServerName} is a Kubernetes API server, and what is between it and this machine.")
        { Subject = Subject(call) };

    /// <summary>No answer in the time allowed.</summary>
    public ApiException TimedOut(ApiCall call, TimeSpan limit, Exception e) =>
        new("ClusterUnreachable", FaultCategory.OperationTimeout,
            $"Could not {call} at {connection.ServerName} (context '{connection.ContextName}'): no answer within {limit.TotalSeconds:0} s.",
            call.ReadsOnly
                ? "Check that the API server is up and that this machine reaches it (network, VPN, proxy)."
                : "The change may have been made: look at the object before trying again.", e)
        {
            Subject = connection.ServerName,
            Transient = true,
        };

    private string Message(ApiCall call, int code, string id, JsonObject? status, string text)
    {
        var where = $"at {connection.ServerName} (context '{connection.ContextName}')";
        var message = ServerMessage(call, status, text);
        return id switch
        {
            "ClusterUnauthorized" => $"Could not {call} {where}: the server does not accept the credential.",
            "Forbidden" => $"Not allowed to {call} {where}.{message}",
            "AdmissionRefused" => $"Could not {call} {where}: a policy refuses it.{message}",
            "NamespaceNotFound" => $"Could not {call} {where}: the namespace does not exist.",
            "NotFound" => $"Could not {call} {where}: it does not exist.",
            "ClusterBusy" => $"Could not {call} {where}: the server is busy (429).{message}",
            _ => $"Could not {call} {where}: HTTP {code}.{message}",
        };
    }

    // The server's message about a Secret may quote its values, so only names of fields are repeated.
    private static string ServerMessage(ApiCall call, JsonObject? status, string text)
    {
        if (call.Kind == ResourceKind.Secrets && call.Body is not null)
        {
            var fields = (status.At("details", "causes") as JsonArray ?? []).Select(c => c.At("field").Text()).OfType<string>().ToList();
            return fields.Count == 0 ? "" : $" Fields: {string.Join(", ", fields)}.";
        }

        var message = (status.At("message").Text() ?? text).ReplaceLineEndings(" ").Trim();
        return message.Length == 0
            ? ""
            : $" The server answered: {(message.Length > LongestQuote ? message[..LongestQuote] + "…" : message)}";
    }

    private static JsonObject? ParseStatus(string text)
    {
        try
        {
            return StrictJson.Parse(text) is JsonObject o && o["kind"].Text() == "Status" ? o : null;
        }
        catch (JsonException)
        {
            return null; // a proxy's page, or nothing: quoted as it is
        }
    }

    // Admission answers 403 as well, for what is asked: a webhook, the security standard of pods, a quota. Who asks is named where it is
    // the rights that lack: forbiddenMessage in
    // staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go of Kubernetes.
    private static bool IsOfPolicy(ApiCall call, JsonObject? status) =>
        !call.ReadsOnly && status.At("message").Text() is { Length: > 0 } message && !message.Contains("User \"", StringComparison.Ordinal);

    private static string InNamespace(ApiCall call) => call.Namespace is null ? "" : $" in namespace '{call.Namespace}'";

    private static string Subject(ApiCall call) =>
        string.Join('/', new[] { call.Kind?.Plural ?? call.Address, call.Namespace, call.Name }.OfType<string>());

    private static TimeSpan? Seconds(int? seconds) => seconds is > 0 ? TimeSpan.FromSeconds(seconds.Value) : null;

    private static AuthenticationException? FindAuthentication(Exception? e) =>
        e is null or AuthenticationException ? e as AuthenticationException : FindAuthentication(e.InnerException);

    private static string Innermost(Exception e) => e.InnerException is null ? e.Message : Innermost(e.InnerException);
}
