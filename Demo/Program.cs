using System;
using Demo;

return DemoCommand.Run(args, Console.Out, Console.Error);
