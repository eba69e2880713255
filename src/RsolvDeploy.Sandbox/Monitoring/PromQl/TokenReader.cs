namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>Reads the tokens of a query one by one.</summary>
internal sealed class TokenReader(string query)
{
    private readonly List<Token> _tokens = Lexer.Read(query);
    private int _at;

    public Token Now => _tokens[_at];

    public Token Take()
    {
        var token = Now;
        if (token.Kind == TokenKind.End)
            throw PromQlException.Parse(token.Position, "unexpected end of input");
        _at++;
        return token;
    }

    public bool Accept(string text)
    {
        if (Now.Kind is TokenKind.Text or TokenKind.End || Now.Text != text)
            return false;
        _at++;
        return true;
    }

    public void Expect(string text, string where)
    {
        if (!Accept(text))
            throw Unexpected($" {where}, expected \"{text}\"");
    }

    public PromQlException Unexpected(string rest) => PromQlException.Parse(
        Now.Position, Now.Kind == TokenKind.End ? $"unexpected end of input{rest}" : $"unexpected \"{Now.Text}\"{rest}");
}
