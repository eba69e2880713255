namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

internal enum TokenKind { Identifier, Number, Duration, Text, Symbol, End }

/// <summary>A token of a query and its position.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position);
