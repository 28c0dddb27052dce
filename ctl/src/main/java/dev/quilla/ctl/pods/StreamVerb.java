package dev.quilla.ctl.pods;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A verb that joins a person's streams with those of a program in a container. */
abstract class StreamVerb extends Verb {

    @Option(
            names = {"-i", "--stdin"},
            description = "Pass standard input on.")
    private boolean stdin;

    @Option(
            names = {"-t", "--tty"},
            description = "With a terminal.")
    private boolean tty;

    @Option(
            names = {"-c", "--container"},
            description = "Which container.")
    private String container = "";

    StreamVerb(Session session) {
        super(session);
    }

    /** The pod that a person means, in which something runs. */
    final Tree pod(String word) throws IOException {
        Tree pod = new PodChoice(cluster()).one(word).pod();
        if (List.of("Succeeded", "Failed").contains(pod.text("status", "phase"))) {
            throw new CommandException(
                    "pod %s has ended (%s): nothing runs in it any more"
                            .formatted(pod.name(), pod.text("status", "phase")));
        }
        return pod;
    }

    /** A request for a program's streams. */
    final ApiRequest request(Tree pod, String subresource) {
        return ApiRequest.get(
                        "/api/v1/namespaces/%s/pods/%s/%s"
                                .formatted(pod.namespace(), pod.name(), subresource))
                .withQuery("container", PodChoice.container(pod, container))
                .withQuery("stdin", Boolean.toString(stdin))
                .withQuery("stdout", "true")
                .withQuery("stderr", Boolean.toString(!tty))
                .withQuery("tty", Boolean.toString(tty));
    }

    /** Joins the streams until the program ends; answers its exit code. */
    final int stream(ApiRequest request) throws IOException {
        try (WebSocketLink link = WebSocketLink.open(cluster(), request, RemoteCommand.PROTOCOL)) {
            Optional<Terminal> terminal = tty && stdin ? Terminal.raw() : Optional.empty();
            if (tty && stdin && terminal.isEmpty()) {
                err().println("Warning: standard input is no terminal, so -t changes nothing here");
            }
            try {
                return new RemoteCommand(new ChannelSocket(link), session().console())
                        .run(stdin, terminal);
            } finally {
                terminal.ifPresent(Terminal::close);
            }
        }
    }
}
