package dev.quilla.ctl.read;

import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.print.JsonText;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quilla version}. */
@Command(name = "version", description = "Says which version this is, and which the server.")
public final class VersionVerb extends Verb {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "json",
            description = "json.")
    private String output = "";

    @Option(names = "--client", description = "Without asking the server.")
    private boolean clientOnly;

    /** Made for one run. */
    public VersionVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        if (!output.isEmpty() && !output.equals("json")) {
            throw new UsageException("version knows -o json only");
        }
        String client =
                Optional.ofNullable(getClass().getPackage().getImplementationVersion())
                        .orElse("dev");
        Tree server = clientOnly ? Tree.EMPTY : cluster().get("/version");
        if (output.equals("json")) {
            Tree both = Tree.EMPTY.with(client, "clientVersion", "version");
            both = clientOnly ? both : both.with(server, "serverVersion");
            out().println(JsonText.of(both.fields()));
            return 0;
        }
        out().println("Client Version: " + client);
        if (!clientOnly) {
            out().println("Server Version: " + server.text("gitVersion"));
        }
        return 0;
    }
}
