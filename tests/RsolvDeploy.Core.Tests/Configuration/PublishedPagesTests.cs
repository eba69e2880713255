using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RsolvDeploy.Configuration;
using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Core.Tests.Configuration;

/// <summary>The pages made from the parser's schema are the ones in docs/. RSOLV_WRITE_DOCS=1 writes them anew.</summary>
public class PublishedPagesTests
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void The_json_schema_is_the_parsers() =>
        AssertPublished("rsolv.schema.json", ConfigurationSchema.ToJsonSchema().ToJsonString(Indented) + "\n");

    [Fact]
    public void The_table_of_keys_is_the_parsers()
    {
        var page = new StringBuilder(
            """
            # Configuration

            `rsolv.yaml` describes the environments to deploy to. It is found upward from the current folder, or named by `-ConfigurationPath` or
            the environment variable `RSOLV_CONFIG`. `examples/rsolv.yaml` is one to start from. The first line below lets an editor complete the keys:

            ```yaml
            # yaml-language-server: $schema=https://raw.githubusercontent.com/RSOLV-dev/RsolvDeploy/main/docs/rsolv.schema.json
            version: 1
            defaults: { … }        # what every target inherits
            targets:
              production: { … }    # the same keys, and extends: <another target>
            ```

            - Unknown and duplicate keys are errors; all errors of a file are reported together, each with its line and column.
            - `${NAME}` looks a value up in the environment, `${NAME:-default}` with a value to fall back on; `$${` stands for `${`.
            - A target lies over the one it `extends`, and all lie over `defaults`: settings key by key, maps and lists of named settings entry by
              entry, other lists whole. `null` takes away what is inherited.
            - Credentials are refused. They come from a Kubernetes Secret, an environment variable or a `-Credential` parameter.
            - Paths are relative to the file; `~` is the user's folder.

            ## Keys of a target

            | key | value | default | what for |
            |---|---|---|---|

            """);
        foreach (var key in ConfigurationSchema.Target.Keys) Append(page, "", key);
        AssertPublished("configuration.md", page.ToString());
    }

    private static void Append(StringBuilder page, string path, KeySchema key)
    {
        var name = path + key.Name;
        var fallback = key.Required ? "**required**" : key.Default is null ? "" : $"`{key.Default}`";
        page.Append('|').Append($" `{name}` | {Cell(key.Value.TypeName)} | {fallback} | {Cell(key.Description)} |\n");
        var (inner, below) = key.Value switch
        {
            ObjectSchema settings => (settings, name + "."),
            ObjectListSchema list => (list.Item, name + "[]."),
            _ => (null, ""),
        };
        foreach (var child in inner?.Keys ?? []) Append(page, below, child);
    }

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("{", "\\{", StringComparison.Ordinal);

    private static void AssertPublished(string name, string text)
    {
        var path = Path.Combine(Repository.Root, "docs", name);
        if (Environment.GetEnvironmentVariable("RSOLV_WRITE_DOCS") == "1") File.WriteAllText(path, text);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == text,
            $"docs/{name} is not what the parser's schema says. Run these tests with RSOLV_WRITE_DOCS=1, and commit it.");
    }
}
