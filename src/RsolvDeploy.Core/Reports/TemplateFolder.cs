using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Reports;

/// <summary>The templates: those of the module, and those of a folder that replace them.</summary>
/// <param name="path">The folder; null for the templates of the module alone.</param>
internal sealed class TemplateFolder(string? path)
{
    private const string Resource = "RsolvDeploy.Templates.";
    private const int LargestTemplate = 1 << 20;

    /// <summary>The text of a template, and where it is from.</summary>
    /// <param name="name">Its name: <c>report.html.liquid</c>.</param>
    /// <exception cref="DeployException"><c>TemplateFolderNotFound</c>, <c>TemplateUnreadable</c>.</exception>
    public (string Text, string Origin) Read(string name)
    {
        if (path is null) return (Shipped(name), name);
        if (!Directory.Exists(path))
        {
            throw new DeployException("TemplateFolderNotFound", FaultCategory.ObjectNotFound, $"The template folder {path} does not exist.",
                "Specify a folder with -TemplatePath, or omit the parameter to use the templates of the module.")
            { Subject = path };
        }

        var file = Path.Combine(path, name);
        return File.Exists(file) ? (ReadFile(file), file) : (Shipped(name), name);
    }

    private static string ReadFile(string file)
    {
        var content = RegularFile.ReadAll(file, LargestTemplate, out var problem);
        return problem.Length == 0
            ? System.Text.Encoding.UTF8.GetString(content).TrimStart('\ufeff')
            : throw new DeployException("TemplateUnreadable", FaultCategory.ReadError, $"The template {file} {problem}.",
                "Correct the file, or remove it to use the template of the module.")
            { Subject = file };
    }

    private static string Shipped(string name)
    {
        using var stream = typeof(TemplateFolder).Assembly.GetManifestResourceStream(Resource + name)
            ?? throw new InvalidOperationException($"The module has no template {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
