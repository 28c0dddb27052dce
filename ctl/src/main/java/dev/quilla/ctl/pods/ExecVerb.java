package dev.quilla.ctl.pods;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla exec}. */
@Command(name = "exec", description = "Runs a command in a container; its exit code becomes ours.")
public final class ExecVerb extends Verb {

    @Parameters(index = "0", paramLabel = "POD|TYPE/NAME")
    private String word = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "-- COMMAND [ARG…]")
    private List<String> command = List.of();

    @Option(
            names = {"-i", "--stdin"},
            description = "Pass standard input on.")
    private boolean stdin;

    @Option(
            names = {"-t", "--tty"},
            description = "Give it a terminal.")
    private boolean tty;

    @Option(
            names = {"-c", "--container"},
            description = "Which container.")
    private String container = "";

    /** Made for one run. */
    public ExecVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        if (command.isEmpty()) {
            throw new UsageException("say what to run: quilla exec POD -- COMMAND");
        }
        Tree pod = new PodChoice(cluster()).one(word).pod();
        if (List.of("Succeeded", "Failed").contains(pod.text("status", "phase"))) {
            throw new CommandException(
                    "pod %s has ended (%s): nothing runs in it any more"
                            .formatted(pod.name(), pod.text("status", "phase")));
        }
        try (ChannelSocket socket = connect(pod)) {
            return talk(socket);
        }
    }

    private ChannelSocket connect(Tree pod) throws IOException {
        ApiRequest request =
                ApiRequest.get(
                                "/api/v1/namespaces/%s/pods/%s/exec"
                                        .formatted(pod.namespace(), pod.name()))
                        .withQuery("container", PodChoice.container(pod, container))
                        .withQuery("stdin", Boolean.toString(stdin))
                        .withQuery("stdout", "true")
                        .withQuery("stderr", Boolean.toString(!tty))
                        .withQuery("tty", Boolean.toString(tty));
        for (String part : command) {
            request = request.withQuery("command", part);
        }
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[16];
        random.nextBytes(key);
        Map<String, String> headers =
                Map.of(
                        "Upgrade",
                        "websocket",
                        "Sec-WebSocket-Version",
                        "13",
                        "Sec-WebSocket-Key",
                        Base64.getEncoder().encodeToString(key),
                        "Sec-WebSocket-Protocol",
                        RemoteCommand.PROTOCOL);
        return new ChannelSocket(cluster().upgrade(request, headers), random);
    }

    private int talk(ChannelSocket socket) throws IOException {
        Optional<Terminal> terminal = tty && stdin ? Terminal.raw() : Optional.empty();
        if (tty && stdin && terminal.isEmpty()) {
            err().println("Warning: standard input is no terminal, so -t changes nothing here");
        }
        try {
            return new RemoteCommand(socket, session().console()).run(stdin, terminal);
        } finally {
            terminal.ifPresent(Terminal::close);
        }
    }
}
