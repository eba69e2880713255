namespace RsolvDeploy.Sandbox.Monitoring.PromQl;

/// <summary>Reads vector and matrix selectors: name, label matchers, range and offset.</summary>
internal sealed class SelectorParser(TokenReader tokens)
{
    public Selector Read(string? name, Token start)
    {
        var matchers = new List<Matcher>();
        if (name is not null)
            matchers.Add(new Matcher(LabelSet.NameLabel, "=", name));
        if (name is null || (tokens.Now.Kind == TokenKind.Symbol && tokens.Accept("{")))
            ReadMatchers(matchers);
        if (matchers.All(m => m.Matches(LabelSet.Empty)))
            throw PromQlException.Parse(start.Position, "vector selector must contain at least one non-empty matcher");

        long? range = null;
        if (tokens.Now.Kind == TokenKind.Symbol && tokens.Accept("["))
        {
            var duration = tokens.Take();
            if (duration.Kind != TokenKind.Duration)
                throw PromQlException.Parse(duration.Position, $"unexpected \"{duration.Text}\" in matrix selector, expected duration");
            range = Duration.Parse(duration.Text, duration.Position);
            if (tokens.Now.Text == ":")
                throw PromQlException.Parse(tokens.Now.Position, "the sandbox does not know subqueries");
            tokens.Expect("]", "in matrix selector");
        }

        long offset = 0;
        if (tokens.Now.Kind == TokenKind.Identifier && tokens.Accept("offset"))
        {
            var duration = tokens.Take();
            offset = Duration.Parse(duration.Text, duration.Position);
        }

        return new Selector(matchers, range, offset);
    }

    private void ReadMatchers(List<Matcher> matchers)
    {
        while (!tokens.Accept("}"))
        {
            var label = tokens.Take();
            if (label.Kind != TokenKind.Identifier)
            {
                throw PromQlException.Parse(
                    label.Position, $"unexpected \"{label.Text}\" in label matching, expected identifier or \"}}\"");
            }

            var op = tokens.Take();
            if (op.Text is not ("=" or "!=" or "=~" or "!~"))
                throw PromQlException.Parse(op.Position, $"unexpected \"{op.Text}\" in label matching, expected label matching operator");
            var value = tokens.Take();
            if (value.Kind != TokenKind.Text)
                throw PromQlException.Parse(value.Position, $"unexpected \"{value.Text}\" in label matching, expected string");
            try
            {
                matchers.Add(new Matcher(label.Text, op.Text, value.Text));
            }
            catch (ArgumentException e)
            {
                throw PromQlException.Parse(value.Position, e.Message);
            }

            if (tokens.Now.Text != "}")
                tokens.Expect(",", "in label matching");
        }
    }
}
