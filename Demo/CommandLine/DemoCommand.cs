using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;

namespace Demo;

/// <summary>The command line: arguments in, exit code out; everything said goes to the two writers.</summary>
public static class DemoCommand
{
    /// <summary>Pixels survived; or there were none to survive.</summary>
    public const int Identical = 0;

    /// <summary>Pixels did not survive.</summary>
    public const int Different = 1;

    /// <summary>Bad input: one line on the error writer says what, and how to mend it.</summary>
    public const int BadInput = 2;

    /// <summary>Runs the demo.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Where results are told.</param>
    /// <param name="error">Where bad input is told.</param>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        var image = new Option<string?>("--image") { Description = "A PNG or JPEG picture. The bundled one unless given.", HelpName = "file" };
        var folder = new Option<string>("--out") { Description = "The folder for display.png and report.html.", HelpName = "folder", DefaultValueFactory = _ => "out" };
        Option<Backing> backing = OneOf("--backing", "What memory the shared buffer gets.", Backing.Scattered, Enum.GetValues<Backing>());
        Option<Fault> fault = OneOf("--break", "Plants a fault in the picture's path.", Fault.None, [Fault.Pfn, Fault.Sync, Fault.Boundary]);

        var share = new Command("share", "Lets a camera, a processor and a display share one buffer. The default.") { image, folder, backing, fault };
        var root = new RootCommand("A picture goes through three devices that share one buffer, and must come out unharmed.") { image, folder, backing, fault, share };
        var devices = new Option<string>("--devices") { Description = $"Which devices, two or more of {DeviceKind.AllNames}.", HelpName = "names", DefaultValueFactory = _ => DeviceKind.AllNames.Replace(" ", string.Empty, StringComparison.Ordinal) };
        Option<SharingRule> policy = OneOf("--policy", "What may be done for a device that comes late.", SharingRule.Default, Enum.GetValues<SharingRule>());
        var orders = new Command("orders", "Attaches a few devices to a buffer in every order, and shows what comes of each.") { devices, policy };
        root.Add(orders);
        orders.SetAction(Orders);
        share.SetAction(Share);
        root.SetAction(Share);

        // A file's name may start with @; it is not a file of arguments.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            // The parser takes leading arguments in brackets for directives to itself, and passes over those that it does not know.
            if (args is [['[', .., ']'] directive, ..]) throw new InputException($"Unrecognized command or argument '{directive}'", "run with --help to see what can be given");
            if (parsed.Errors.Count > 0) throw new InputException(WithoutStop(parsed.Errors[0].Message), "run with --help to see what can be given");
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (InputException bad)
        {
            error.WriteLine(bad.Message);
            return BadInput;
        }

        int Orders(ParseResult result)
        {
            // Without a command a picture is shared, so the parser takes its options before this command too.
            Option? stray = new Option[] { image, folder, backing, fault }.FirstOrDefault(option => result.GetResult(option) is { Implicit: false });
            if (stray is not null) throw new InputException($"{stray.Name} is not for orders", "give --devices and --policy only");
            return OrdersCommand.Run(new OrdersRequest(OrdersCommand.Devices(result.GetValue(devices)!), result.GetValue(policy)), output);
        }

        int Share(ParseResult result)
            => ShareCommand.Run(new ShareRequest(result.GetValue(image), result.GetValue(folder)!, result.GetValue(backing), result.GetValue(fault)), output);
    }

    private static Option<T> OneOf<T>(string name, string description, T unlessGiven, T[] values)
        where T : struct, Enum
    {
        string names = string.Join('|', values.Select(NameOf));
        return new Option<T>(name)
        {
            Description = description,
            HelpName = names,
            DefaultValueFactory = _ => unlessGiven,
            CustomParser = argument =>
            {
                string given = argument.Tokens.Count > 0 ? argument.Tokens[^1].Value : string.Empty;
                foreach (T value in values)
                {
                    if (string.Equals(given, NameOf(value), StringComparison.OrdinalIgnoreCase)) return value;
                }

                argument.AddError($"{name} does not know '{given}', only {names}");
                return unlessGiven;
            },
        };
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum
        => string.Concat(value.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"-{letter}" : $"{letter}")).ToLowerInvariant();

    private static string WithoutStop(string message) => message.TrimEnd('.', ' ', '\n', '\r');
}
