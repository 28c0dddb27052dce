package dev.quilla.ctl.read;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.manifest.FileOptions;
import dev.quilla.ctl.print.ObjectPrinter;
import dev.quilla.ctl.print.OutputFormat;
import dev.quilla.ctl.print.Paths;
import dev.quilla.ctl.print.ServerTable;
import dev.quilla.ctl.session.Selection;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import dev.quilla.model.ApiException;
import dev.quilla.model.jsonpath.JsonPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla get}. */
@Command(name = "get", description = "Shows objects.")
public final class GetVerb extends Verb {

    @Parameters(
            arity = "0..*",
            paramLabel = "TYPE[,TYPE] [NAME…] | TYPE/NAME…",
            description = "What to show: pods, deploy/web, pods,svc …")
    private List<String> words = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json, yaml, name, wide or jsonpath=TEMPLATE.")
    private String output = "";

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "In all namespaces.")
    private boolean allNamespaces;

    @Mixin private final Selection selection = new Selection();
    @Mixin private final FileOptions files = new FileOptions();

    @Option(
            names = {"-w", "--watch"},
            description = "Go on showing what changes.")
    private boolean watch;

    @Option(names = "--watch-only", description = "Show only what changes from now on.")
    private boolean watchOnly;

    @Option(names = "--no-headers", description = "Tables without titles.")
    private boolean noHeaders;

    @Option(names = "--show-labels", description = "Tables with a column of labels.")
    private boolean showLabels;

    @Option(
            names = {"-L", "--label-columns"},
            split = ",",
            description = "Tables with a column for each of these labels.")
    private List<String> labelColumns = List.of();

    @Option(names = "--show-kind", description = "Tables with TYPE/NAME.")
    private boolean showKind;

    @Option(names = "--ignore-not-found", description = "Objects that aren't there are no failure.")
    private boolean ignoreNotFound;

    @Option(names = "--show-managed-fields", description = "With metadata.managedFields.")
    private boolean managedFields;

    @Option(names = "--raw", paramLabel = "PATH", description = "What the server says at a path.")
    private String raw = "";

    @Option(names = "--sort-by", paramLabel = "PATH", description = "Order by a JSONPath.")
    private String sortBy = "";

    /** Made for one run. */
    public GetVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException, InterruptedException {
        if (!raw.isEmpty()) {
            out().writeBytes(cluster().raw(ApiRequest.getTarget(raw)).body().encoded().shared());
            return 0;
        }
        OutputFormat format = OutputFormat.parse(output);
        List<Target> targets = targets();
        if (watch || watchOnly) {
            return follow(targets, format);
        }
        Fetch fetch = new Fetch(cluster(), namespace(), selection, ignoreNotFound, err());
        if (format instanceof OutputFormat.Table(boolean wide)) {
            tables(fetch, targets, wide);
        } else {
            whole(fetch, targets, format);
        }
        return fetch.failed() ? 1 : 0;
    }

    private List<Target> targets() throws IOException {
        if (!files.isGiven()) {
            List<Target> targets = Target.parse(words, cluster().discovery());
            boolean named = targets.stream().anyMatch(t -> !t.name().isEmpty());
            if (named && (allNamespaces || selection.isGiven())) {
                throw new UsageException("names don't go with -A, -l or --field-selector");
            }
            return targets;
        }
        List<Target> targets = new ArrayList<>();
        for (Tree manifest : files.read(session().console())) {
            targets.add(
                    new Target(
                            cluster()
                                    .discovery()
                                    .find(manifest.text("apiVersion"), manifest.text("kind")),
                            manifest.name()));
        }
        return targets;
    }

    private String namespace() throws IOException {
        return allNamespaces ? "" : cluster().namespace();
    }

    private void tables(Fetch fetch, List<Target> targets, boolean wide) throws IOException {
        Map<String, List<Target>> byResource = new LinkedHashMap<>();
        targets.forEach(t ->
                byResource
                        .computeIfAbsent(t.resource().pluralWithGroup(), k -> new ArrayList<>())
                        .add(t));
        boolean several = byResource.size() > 1;
        int shown = 0;
        for (List<Target> same : byResource.values()) {
            List<ServerTable> tables = new ArrayList<>();
            for (Target target : same) {
                fetch.get(target, ServerTable.ACCEPT).map(ServerTable::read).ifPresent(tables::add);
            }
            if (tables.stream().anyMatch(t -> !t.rows().isEmpty())) {
                if (shown++ > 0) {
                    out().println();
                }
                tablePrinter(same.getFirst(), wide, several).print(sorted(tables));
            }
        }
        if (shown == 0 && !fetch.failed() && !ignoreNotFound) {
            nothingFound(targets.getFirst());
        }
    }

    private void nothingFound(Target target) throws IOException {
        boolean everywhere = allNamespaces || !target.resource().namespaced();
        err().println(
                        everywhere
                                ? "No resources found"
                                : "No resources found in " + cluster().namespace() + " namespace.");
    }

    private TablePrinter tablePrinter(Target target, boolean wide, boolean several) {
        return new TablePrinter(
                out(),
                new ServerTable.Extras(
                        wide,
                        allNamespaces && target.resource().namespaced(),
                        several || showKind ? target.resource().singularWithGroup() : "",
                        labelColumns,
                        showLabels),
                noHeaders);
    }

    private List<ServerTable> sorted(List<ServerTable> tables) {
        if (sortBy.isEmpty()) {
            return tables;
        }
        JsonPath path = Paths.parse(sortBy);
        return tables.stream()
                .map(t ->
                        new ServerTable(
                                t.columns(),
                                t.rows().stream()
                                        .sorted(Order.by(path, r -> r.object().fields()))
                                        .toList()))
                .toList();
    }

    private void whole(Fetch fetch, List<Target> targets, OutputFormat format) {
        List<Tree> objects = new ArrayList<>();
        boolean list = targets.size() > 1 || targets.getFirst().name().isEmpty();
        for (Target target : targets) {
            List<Tree> found = fetch.objects(target).stream().map(this::cleaned).toList();
            if (format instanceof OutputFormat.Name) {
                ObjectPrinter printer = new ObjectPrinter(out(), format);
                found.forEach(object -> printer.print(target.resource(), object));
            }
            objects.addAll(found);
        }
        if (format instanceof OutputFormat.Name || (!list && objects.isEmpty())) {
            return;
        }
        if (!sortBy.isEmpty()) {
            objects.sort(Order.by(Paths.parse(sortBy), Tree::fields));
        }
        new ObjectPrinter(out(), format)
                .print(targets.getFirst().resource(), list ? listOf(objects) : objects.getFirst());
    }

    private Tree cleaned(Tree object) {
        return managedFields ? object : object.without("metadata", "managedFields");
    }

    private static Tree listOf(List<Tree> objects) {
        return Tree.of("apiVersion", "v1")
                .with("List", "kind")
                .with(objects.stream().map(Tree::fields).toList(), "items")
                .with("", "metadata", "resourceVersion");
    }

    private int follow(List<Target> targets, OutputFormat format)
            throws IOException, InterruptedException {
        if (targets.size() != 1) {
            throw new UsageException("-w follows one type, or one object");
        }
        Target target = targets.getFirst();
        Cluster cluster = cluster();
        ApiRequest request = selection.of(ApiRequest.get(target.resource().path(namespace())));
        if (!target.name().isEmpty()) {
            request = request.withQuery("fieldSelector", "metadata.name=" + target.name());
        }
        Follower.Sink sink =
                format instanceof OutputFormat.Table(boolean wide)
                        ? new Follower.Rows(tablePrinter(target, wide, false))
                        : new Follower.Objects(
                                new ObjectPrinter(out(), format), target.resource(), this::cleaned);
        try {
            Patience patience = new Patience(session().requestTimeout(), System::nanoTime);
            new Follower(cluster, request, sink, out(), patience).run(!watchOnly);
        } catch (ApiException e) {
            out().flush();
            throw e;
        }
        return 0;
    }
}
