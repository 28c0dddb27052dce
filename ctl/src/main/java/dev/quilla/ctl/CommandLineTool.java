package dev.quilla.ctl;

import dev.quilla.ctl.failure.Failures;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Console;
import dev.quilla.ctl.session.GlobalOptions;
import dev.quilla.ctl.session.Session;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command line: words in, exit code out. */
public final class CommandLineTool {

    private static final int FAILURE = 1;
    private static final int WRONG_USAGE = 2;

    private final Console console;

    /** A command line of a console. */
    public CommandLineTool(Console console) {
        this.console = console;
    }

    @Command(name = "quilla", description = "Talks to a cluster.")
    private static final class Root extends GlobalOptions {}

    /** Runs a command; answers the exit code: 0 fine, 1 failure, 2 wrong usage. */
    public int run(String... words) {
        List<String> list = Arrays.asList(words);
        if (list.isEmpty() || Help.isAskedFor(list)) {
            Help.print(console.out());
            return 0;
        }
        Root root = new Root();
        try (Session session = new Session(console, root)) {
            CommandLine line = new CommandLine(root);
            Verbs.mentioned(list, session).forEach(line::addSubcommand);
            return configured(line).execute(words);
        }
    }

    private CommandLine configured(CommandLine line) {
        line.registerConverter(Duration.class, CommandLineTool::duration);
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler(this::wrongUsage);
        line.setExecutionExceptionHandler((e, command, parsed) -> failed(e));
        return line;
    }

    private static Duration duration(String text) {
        return Durations.parse(text)
                .orElseThrow(() ->
                        new TypeConversionException(
                                "'" + text + "' is no time: use 90s, 5m or 1h30m"));
    }

    private int failed(Exception e) {
        console.out().flush();
        console.err().println(Failures.line(e));
        return e instanceof UsageException ? WRONG_USAGE : FAILURE;
    }

    private int wrongUsage(ParameterException e, String[] words) {
        Optional<String> verb = UnknownVerb.in(List.of(words), e);
        console.err().println("quilla: " + verb.orElseGet(() -> oneLine(e)));
        return WRONG_USAGE;
    }

    private static String oneLine(ParameterException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage");
        List<String> suggestions =
                e instanceof CommandLine.UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions()
                        : List.of();
        String hint =
                suggestions.isEmpty()
                        ? "see quilla " + e.getCommandLine().getCommandName() + " --help"
                        : "did you mean " + String.join(", ", suggestions) + "?";
        return message.replaceAll("\\.$", "") + ": " + hint;
    }
}
