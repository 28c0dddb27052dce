package dev.quilla.ctl.pods;

import dev.quilla.ctl.session.Session;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code quilla attach}. */
@Command(
        name = "attach",
        description = "Joins a container's own program; its exit code becomes ours.")
public final class AttachVerb extends StreamVerb {

    @Parameters(index = "0", paramLabel = "POD|TYPE/NAME")
    private String word = "";

    /** Made for one run. */
    public AttachVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        return stream(request(pod(word), "attach"));
    }
}
