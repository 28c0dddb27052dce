package dev.quilla.ctl.read;

import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.print.JsonText;
import dev.quilla.ctl.print.TextTable;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quilla api-resources}. */
@Command(name = "api-resources", description = "Shows what types of objects the server knows.")
public final class ApiResourcesVerb extends Verb {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "name, wide or json.")
    private String output = "";

    @Option(names = "--namespaced", description = "Only those that are in namespaces, or not.")
    private Optional<Boolean> namespaced = Optional.empty();

    @Option(names = "--api-group", description = "Only those of this group.")
    private Optional<String> group = Optional.empty();

    @Option(names = "--no-headers", description = "Without titles.")
    private boolean noHeaders;

    /** Made for one run. */
    public ApiResourcesVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException {
        List<Resource> resources =
                cluster()
                        .discovery()
                        .all()
                        .filter(r -> namespaced.map(n -> n == r.namespaced()).orElse(true))
                        .filter(r -> group.map(g -> g.equals(r.group())).orElse(true))
                        .sorted(
                                Comparator.comparing(Resource::group)
                                        .thenComparing(Resource::plural))
                        .toList();
        switch (output) {
            case "", "wide" -> table(resources);
            case "name" -> resources.forEach(r -> out().println(r.pluralWithGroup()));
            case "json" ->
                    out().println(
                                    JsonText.of(
                                            resources.stream()
                                                    .map(ApiResourcesVerb::tree)
                                                    .toList()));
            default -> throw new UsageException("api-resources knows -o name, wide and json");
        }
        return 0;
    }

    private static Map<String, Object> tree(Resource r) {
        return Map.of(
                "name", r.plural(),
                "shortNames", r.shortNames(),
                "apiVersion", r.apiVersion(),
                "namespaced", r.namespaced(),
                "kind", r.kind(),
                "verbs", r.verbs());
    }

    private void table(List<Resource> resources) {
        boolean wide = output.equals("wide");
        TextTable table = new TextTable();
        if (!noHeaders) {
            List<String> titles = List.of("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND");
            table.row(wide ? plus(titles, "VERBS") : titles);
        }
        for (Resource r : resources) {
            List<String> cells =
                    List.of(
                            r.plural(),
                            String.join(",", r.shortNames()),
                            r.apiVersion(),
                            Boolean.toString(r.namespaced()),
                            r.kind());
            table.row(wide ? plus(cells, String.join(",", r.verbs())) : cells);
        }
        table.print(out());
    }

    private static List<String> plus(List<String> cells, String cell) {
        List<String> more = new ArrayList<>(cells);
        more.add(cell);
        return more;
    }
}
