namespace RsolvDeploy.Configuration.Diagnostics;

/// <summary>A place in the file, both counted from 1.</summary>
internal readonly record struct Position(int Line, int Column);
