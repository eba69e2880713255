using System.Text.Encodings.Web;
using Fluid;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Reports;

/// <summary>Renders templates with Fluid. What a template shows is encoded unless the template writes <c>| raw</c>.</summary>
/// <param name="templates">The templates.</param>
internal sealed class TemplateRenderer(TemplateFolder templates)
{
    private readonly FluidParser _parser = new();

    /// <summary>Renders a template.</summary>
    /// <param name="name">Its name: <c>report.html.liquid</c>.</param>
    /// <param name="options">The filters, and the types that it may read.</param>
    /// <param name="values">What it shows, by name.</param>
    /// <param name="encoder">Encodes each value.</param>
    /// <exception cref="DeployException"><c>TemplateInvalid</c>: the template has an error.</exception>
    public async Task<string> RenderAsync(
        string name, TemplateOptions options, IReadOnlyDictionary<string, object> values, TextEncoder encoder)
    {
        var (text, origin) = templates.Read(name);
        if (!_parser.TryParse(text, out var template, out var error)) throw Invalid(origin, error, null);
        var context = new TemplateContext(options);
        foreach (var (key, value) in values) context.SetValue(key, value);
        try
        {
            return await template.RenderAsync(context, encoder, isolateContext: false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Invalid(origin, e.Message, e);
        }
    }

    private static DeployException Invalid(string origin, string error, Exception? cause) =>
        new("TemplateInvalid", FaultCategory.InvalidData, $"The template {origin} cannot be rendered: {error}",
            "Correct the template; docs/reports.md lists what a template can show.", cause)
        { Subject = origin };
}
