package dev.quilla.ctl.workload;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.Failures;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.session.Selection;
import dev.quilla.ctl.session.Session;
import dev.quilla.model.ApiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla label} and {@code quilla annotate}. */
public abstract sealed class MarkVerb extends TargetVerb {

    private final String field;
    private final String done;

    @Parameters(arity = "1..*", paramLabel = "TYPE/NAME… KEY=VALUE… KEY-…")
    private List<String> words = List.of();

    @Option(names = "--overwrite", description = "Replace values that are there.")
    private boolean overwrite;

    @Option(names = "--all", description = "All of that type.")
    private boolean all;

    @Mixin private final Selection selection = new Selection();

    private MarkVerb(Session session, String field, String done) {
        super(session);
        this.field = field;
        this.done = done;
    }

    /** {@code quilla label}. */
    @Command(name = "label", description = "Sets and removes labels.")
    public static final class LabelVerb extends MarkVerb {
        /** Made for one run. */
        public LabelVerb(Session session) {
            super(session, "labels", "labeled");
        }
    }

    /** {@code quilla annotate}. */
    @Command(name = "annotate", description = "Sets and removes annotations.")
    public static final class AnnotateVerb extends MarkVerb {
        /** Made for one run. */
        public AnnotateVerb(Session session) {
            super(session, "annotations", "annotated");
        }
    }

    @Override
    protected int run() throws IOException {
        List<String> whose = new ArrayList<>();
        Map<String, @Nullable Object> marks = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                marks.put(word.substring(0, equals), word.substring(equals + 1));
            } else if (word.endsWith("-") && whose.size() + marks.size() > 0) {
                marks.put(word.substring(0, word.length() - 1), null);
            } else {
                whose.add(word);
            }
        }
        if (marks.isEmpty()) {
            throw new UsageException("say what to set or remove: KEY=VALUE or KEY-");
        }
        int exitCode = 0;
        for (Target target : targets(whose)) {
            try {
                mark(target, marks);
            } catch (ApiException | CommandException e) {
                err().println(Failures.line(e));
                exitCode = 1;
            }
        }
        return exitCode;
    }

    private List<Target> targets(List<String> whose) throws IOException {
        if (!all && !selection.isGiven()) {
            return Target.parseNamed(whose, cluster().discovery());
        }
        List<Target> targets = new ArrayList<>();
        for (Target target : Target.parse(whose, cluster().discovery())) {
            ApiRequest list =
                    selection.of(ApiRequest.get(target.resource().path(cluster().namespace())));
            cluster()
                    .call(list)
                    .trees("items")
                    .forEach(o -> targets.add(new Target(target.resource(), o.name())));
        }
        return targets;
    }

    private void mark(Target target, Map<String, @Nullable Object> marks) throws IOException {
        Map<String, String> now = get(target).texts("metadata", field);
        marks.forEach((key, value) -> {
            String old = now.get(key);
            if (!overwrite && old != null && value != null && !old.equals(value)) {
                throw new CommandException(
                        "%s has %s=%s already: replace it with --overwrite"
                                .formatted(target.label(), key, old));
            }
        });
        boolean same =
                marks.entrySet().stream()
                        .allMatch(m -> java.util.Objects.equals(now.get(m.getKey()), m.getValue()));
        if (same) {
            say(target, "not " + done);
            return;
        }
        merge(target, Tree.EMPTY.with(marks, "metadata", field));
        boolean onlyRemoved = marks.values().stream().allMatch(java.util.Objects::isNull);
        say(target, onlyRemoved && done.equals("labeled") ? "unlabeled" : done);
    }
}
