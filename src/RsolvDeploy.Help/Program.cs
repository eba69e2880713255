using RsolvDeploy.Help;

// RsolvDeploy.Help <module manifest> <XML documentation of the cmdlets> <help file to write>
if (args is not [var manifest, var documentation, var helpFile])
{
    Console.Error.WriteLine("Usage: RsolvDeploy.Help <module manifest> <XML documentation of the cmdlets> <help file to write>");
    return 64;
}

var documented = XmlDocumentation.Load(documentation);
var commands = ModuleCommands.From(manifest);
var missing = commands.SelectMany(documented.MissingFor).ToList();
foreach (var name in missing) Console.Error.WriteLine($"RsolvDeploy.Help: error HELP001: {name} is not documented.");
if (missing.Count > 0) return 1;
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(helpFile))!);
MamlDocument.Create(commands, documented).Save(helpFile);
return 0;
