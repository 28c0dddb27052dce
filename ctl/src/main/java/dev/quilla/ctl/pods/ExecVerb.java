package dev.quilla.ctl.pods;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Session;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code quilla exec}. */
@Command(name = "exec", description = "Runs a command in a container; its exit code becomes ours.")
public final class ExecVerb extends StreamVerb {

    @Parameters(index = "0", paramLabel = "POD|TYPE/NAME")
    private String word = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "-- COMMAND [ARG…]")
    private List<String> command = List.of();

    /** Made for one run. */
    public ExecVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        if (command.isEmpty()) {
            throw new UsageException("say what to run: quilla exec POD -- COMMAND");
        }
        ApiRequest request = request(pod(word), "exec");
        for (String part : command) {
            request = request.withQuery("command", part);
        }
        return stream(request);
    }
}
