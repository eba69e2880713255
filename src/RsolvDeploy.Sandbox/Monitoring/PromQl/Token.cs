namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

internal enum TokenKind { Identifier, Number, Duration, Text, Symbol, End }

/// <summary>A piece of a query and where it stands.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position);
