package dev.quilla.ctl.workload;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.client.PatchType;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import dev.quilla.ctl.failure.UsageException;
import dev.quilla.ctl.print.TextTable;
import dev.quilla.ctl.session.Session;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.YamlCodec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quilla rollout …}. */
public abstract sealed class RolloutVerb extends TargetVerb {

    @Parameters(arity = "1..*", paramLabel = "TYPE/NAME…")
    private List<String> words = List.of();

    private RolloutVerb(Session session) {
        super(session);
    }

    @Override
    protected int run() throws IOException, InterruptedException {
        for (Target target : Target.parseNamed(words, cluster().discovery())) {
            String plural = target.resource().plural();
            if (!List.of("deployments", "daemonsets", "statefulsets").contains(plural)) {
                throw new UsageException(
                        "rollouts are of deployments, daemonsets and statefulsets, not of "
                                + plural);
            }
            handle(target);
        }
        return 0;
    }

    abstract void handle(Target target) throws IOException, InterruptedException;

    final void requireDeployment(Target target) {
        if (!target.resource().plural().equals("deployments")) {
            throw new UsageException("this works for deployments only so far");
        }
    }

    final void setPaused(Target target, boolean paused, String already) throws IOException {
        requireDeployment(target);
        if (get(target).text("spec", "paused").equals("true") == paused) {
            throw new CommandException(target.label() + " " + already);
        }
        merge(target, Tree.EMPTY.with(paused, "spec", "paused"));
    }

    /** {@code quilla rollout status}. */
    @Command(name = "status", description = "Waits until a rollout is through.")
    public static final class Status extends RolloutVerb {

        @Option(
                names = {"-w", "--watch"},
                arity = "0..1",
                fallbackValue = "true",
                description = "Wait; true by default.")
        private boolean watch = true;

        @Option(names = "--timeout", description = "How long to wait; for ever by default.")
        private Duration timeout = Duration.ZERO;

        /** Made for one run. */
        public Status(Session session) {
            super(session);
        }

        @Override
        void handle(Target target) throws IOException, InterruptedException {
            new RolloutWait(cluster(), target, out()).await(watch, timeout);
        }
    }

    /** {@code quilla rollout restart}. */
    @Command(name = "restart", description = "Replaces all pods, by the workload's strategy.")
    public static final class Restart extends RolloutVerb {

        private static final String ANNOTATION = "kubectl.kubernetes.io/restartedAt";

        /** Made for one run. */
        public Restart(Session session) {
            super(session);
        }

        @Override
        void handle(Target target) throws IOException {
            String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
            merge(
                    target,
                    Tree.EMPTY.with(
                            now, "spec", "template", "metadata", "annotations", ANNOTATION));
            say(target, "restarted");
        }
    }

    /** {@code quilla rollout pause}. */
    @Command(name = "pause", description = "Changes of the template have no effect until resume.")
    public static final class Pause extends RolloutVerb {
        /** Made for one run. */
        public Pause(Session session) {
            super(session);
        }

        @Override
        void handle(Target target) throws IOException {
            setPaused(target, true, "is paused already");
            say(target, "paused");
        }
    }

    /** {@code quilla rollout resume}. */
    @Command(name = "resume", description = "Ends a pause.")
    public static final class Resume extends RolloutVerb {
        /** Made for one run. */
        public Resume(Session session) {
            super(session);
        }

        @Override
        void handle(Target target) throws IOException {
            setPaused(target, false, "is not paused");
            say(target, "resumed");
        }
    }

    /** {@code quilla rollout history}. */
    @Command(name = "history", description = "Shows the revisions that undo can go back to.")
    public static final class History extends RolloutVerb {

        @Option(names = "--revision", description = "Show this one's template.")
        private long revision;

        /** Made for one run. */
        public History(Session session) {
            super(session);
        }

        @Override
        void handle(Target target) throws IOException {
            requireDeployment(target);
            Revisions revisions = Revisions.of(cluster(), get(target));
            if (revision != 0) {
                out().println(target.label() + " with revision " + revision);
                out().print(YamlCodec.write(revisions.template(target, revision).fields()));
                return;
            }
            out().println(target.label());
            TextTable table = new TextTable().row("REVISION", "CHANGE-CAUSE");
            revisions.causes().forEach((number, cause) -> table.row(number.toString(), cause));
            table.print(out());
        }
    }

    /** {@code quilla rollout undo}. */
    @Command(name = "undo", description = "Goes back to an earlier template.")
    public static final class Undo extends RolloutVerb {

        @Option(names = "--to-revision", description = "Which one; the one before by default.")
        private long revision;

        /** Made for one run. */
        public Undo(Session session) {
            super(session);
        }

        @Override
        void handle(Target target) throws IOException {
            requireDeployment(target);
            Tree deployment = get(target);
            if (deployment.text("spec", "paused").equals("true")) {
                throw new CommandException(
                        target.label() + " is paused: resume it first with quilla rollout resume");
            }
            Revisions revisions = Revisions.of(cluster(), deployment);
            long wanted = revision == 0 ? revisions.previous(target) : revision;
            Tree template = revisions.template(target, wanted);
            if (template.equals(deployment.tree("spec", "template"))) {
                say(target, "skipped rollback (the template is that of revision " + wanted + ")");
                return;
            }
            replaceTemplate(target, template);
            say(target, "rolled back");
        }

        private void replaceTemplate(Target target, Tree template) throws IOException {
            Object patch =
                    List.of(
                            Map.of(
                                    "op", "replace",
                                    "path", "/spec/template",
                                    "value", template.fields()));
            cluster()
                    .call(
                            ApiRequest.of("PATCH", path(target))
                                    .withBody(
                                            Body.of(
                                                    JsonTree.write(patch),
                                                    PatchType.JSON.mediaType())));
        }
    }
}
