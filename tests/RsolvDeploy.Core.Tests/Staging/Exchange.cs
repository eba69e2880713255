namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>A request and its response.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, unescaped, without the query.</param>
/// <param name="Request">The body of the request; empty for none.</param>
/// <param name="Status">The status of the response.</param>
/// <param name="Response">The body of the response; empty for none.</param>
internal sealed record Exchange(string Method, string Path, string Request, int Status, string Response);
