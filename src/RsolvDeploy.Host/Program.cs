using RsolvDeploy.Host;

return Arguments.Parse(args) is { } arguments ? Session.Run(arguments) : Arguments.ShowUsage();
