package dev.quilla.ctl.session;

import dev.quilla.client.ApiRequest;
import picocli.CommandLine.Option;

/** Options that choose objects of a type by what they are like. */
public final class Selection {

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            description = "Only those with these labels, such as app=web,tier!=back.")
    private String labels = "";

    @Option(
            names = "--field-selector",
            paramLabel = "FIELDS",
            description = "Only those with these fields, such as spec.nodeName=worker-1.")
    private String fields = "";

    /** Whether something is to be chosen. */
    public boolean isGiven() {
        return !labels.isEmpty() || !fields.isEmpty();
    }

    /** The list that holds only what is chosen. */
    public ApiRequest of(ApiRequest list) {
        ApiRequest some = labels.isEmpty() ? list : list.withQuery("labelSelector", labels);
        return fields.isEmpty() ? some : some.withQuery("fieldSelector", fields);
    }
}
