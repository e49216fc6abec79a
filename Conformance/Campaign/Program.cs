using System.CommandLine;

var root = new RootCommand("Runs the laws at random, for as long as it is told.");
return root.Parse(args).Invoke();
