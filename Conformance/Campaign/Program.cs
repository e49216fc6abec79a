using System.CommandLine;
using Conformance.Campaign;

var root = new RootCommand("Holds the libraries against their laws at random, for as long as it is told.") { SegmentsCommand.Create(), OrdersCommand.Create(), ReplayCommand.Create() };
ParseResult parsed = root.Parse(args);

// System.CommandLine exits 1 on a parse error; 1 is for violations here.
int code = parsed.Invoke();
return parsed.Errors.Count > 0 ? 2 : code;
