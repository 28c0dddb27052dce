package dev.quilla.ctl.manifest;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.ctl.cluster.Resource;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.Failures;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Selection;
import dev.quilla.ctl.session.Session;
import dev.quilla.ctl.session.Verb;
import dev.quilla.model.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla delete}. */
@Command(name = "delete", description = "Deletes objects, and waits until they are gone.")
public final class DeleteVerb extends Verb {

    @Parameters(arity = "0..*", paramLabel = "TYPE NAME… | TYPE/NAME…")
    private List<String> words = List.of();

    @Mixin private final FileOptions files = new FileOptions();
    @Mixin private final Selection selection = new Selection();
    @Mixin private final DryRun dryRun = new DryRun();

    @Option(names = "--all", description = "All of that type.")
    private boolean all;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "In all namespaces.")
    private boolean allNamespaces;

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = "true",
            description = "Wait until they are gone; true by default.")
    private boolean wait = true;

    @Option(names = "--timeout", description = "How long to wait; for ever by default.")
    private Duration timeout = Duration.ZERO;

    @Option(names = "--grace-period", description = "Seconds that a pod has to end.")
    private int gracePeriod = -1;

    @Option(names = "--now", description = "The same as --grace-period=1.")
    private boolean now;

    @Option(names = "--force", description = "At once, without waiting for the node.")
    private boolean force;

    @Option(
            names = "--cascade",
            arity = "0..1",
            fallbackValue = "background",
            paramLabel = "background|foreground|orphan",
            description = "What becomes of dependents.")
    private String cascade = "background";

    @Option(names = "--ignore-not-found", description = "Objects that aren't there are no failure.")
    private boolean ignoreNotFound;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "name",
            description = "name: TYPE/NAME only.")
    private String output = "";

    /** Made for one run. */
    public DeleteVerb(Session session) {
        super(session);
    }

    /** An object to delete. */
    private record Doomed(Resource resource, String namespace, String name) {}

    @Override
    protected int run() throws IOException, InterruptedException {
        checkUsage();
        List<Gone> gone = new ArrayList<>();
        int exitCode = 0;
        for (Doomed doomed : doomed()) {
            try {
                gone.add(delete(doomed));
            } catch (ApiException e) {
                if (!e.isNotFound() || !ignoreNotFound) {
                    err().println(Failures.line(e));
                    exitCode = 1;
                }
            }
        }
        if (wait && dryRun.suffix().isEmpty()) {
            Gone.await(cluster(), gone, timeout);
        }
        return exitCode;
    }

    private void checkUsage() {
        dryRun.check();
        if (!output.isEmpty() && !output.equals("name")) {
            throw new UsageException("delete knows -o name only");
        }
        if (!List.of("background", "foreground", "orphan", "true", "false").contains(cascade)) {
            throw new UsageException("--cascade is background, foreground or orphan");
        }
        if (now && gracePeriod >= 0) {
            throw new UsageException("--now and --grace-period don't go together");
        }
    }

    private List<Doomed> doomed() throws IOException {
        List<Doomed> doomed = new ArrayList<>();
        if (files.isGiven()) {
            for (Tree object : files.read(session().console())) {
                Manifest m = Manifest.of(object, cluster(), session().namespaceOption());
                doomed.add(new Doomed(m.resource(), m.object().namespace(), m.object().name()));
            }
            return doomed;
        }
        boolean choosing = all || selection.isGiven();
        for (Target target : Target.parse(words, cluster().discovery())) {
            if (!target.name().isEmpty()) {
                doomed.add(new Doomed(target.resource(), cluster().namespace(), target.name()));
            } else if (choosing) {
                doomed.addAll(chosen(target.resource()));
            } else {
                throw new UsageException("say which: a NAME, -l LABELS, or --all");
            }
        }
        if (doomed.isEmpty()) {
            err().println("No resources found");
        }
        return doomed;
    }

    private List<Doomed> chosen(Resource resource) throws IOException {
        String namespace = allNamespaces ? "" : cluster().namespace();
        ApiRequest list = selection.of(ApiRequest.get(resource.path(namespace)));
        return cluster().call(list).trees("items").stream()
                .map(o -> new Doomed(resource, o.namespace(), o.name()))
                .toList();
    }

    private Gone delete(Doomed doomed) throws IOException {
        String path = doomed.resource().path(doomed.namespace(), doomed.name());
        // What isn't there can't be deleted, also where nothing is.
        Tree answer =
                dryRun.isHere()
                        ? cluster().get(path)
                        : cluster()
                                .call(
                                        dryRun.of(
                                                ApiRequest.of("DELETE", path)
                                                        .withBody(
                                                                Body.of(
                                                                        options().toJson(),
                                                                        Body.JSON))));
        String name = doomed.resource().singularWithGroup();
        out().println(
                        output.equals("name")
                                ? name + "/" + doomed.name()
                                : name
                                        + " \""
                                        + doomed.name()
                                        + "\" "
                                        + (force ? "force deleted" : "deleted")
                                        + dryRun.suffix());
        out().flush();
        return new Gone(
                doomed.resource(),
                doomed.namespace(),
                doomed.name(),
                answer.textOr(answer.text("metadata", "uid"), "details", "uid"));
    }

    private Tree options() {
        Tree options = Tree.of("kind", "DeleteOptions").with("v1", "apiVersion");
        Tree cascading =
                options.with(
                        switch (cascade) {
                            case "foreground" -> "Foreground";
                            case "orphan", "false" -> "Orphan";
                            default -> "Background";
                        },
                        "propagationPolicy");
        return grace().map(g -> cascading.with(g, "gracePeriodSeconds")).orElse(cascading);
    }

    private Optional<Integer> grace() {
        if (now) {
            return Optional.of(1);
        }
        if (force && gracePeriod < 0) {
            return Optional.of(0);
        }
        return gracePeriod < 0 ? Optional.empty() : Optional.of(gracePeriod);
    }
}
